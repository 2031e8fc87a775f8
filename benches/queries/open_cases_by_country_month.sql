-- A case is open from its opening to its resolution, and again from its reopening on.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), span AS (
  SELECT customer_id, opened_on + 1 AS a, resolved_on + 1 AS b FROM gold.service_case
  WHERE resolved_on IS NULL OR resolved_on > opened_on
  UNION ALL
  SELECT customer_id, greatest(opened_on, reopened_on) + 1, NULL FROM gold.service_case WHERE reopened_on >= resolved_on
), step AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, s.on_day, sum(s.n) AS n
  FROM (SELECT customer_id, a AS on_day, count(*) AS n FROM span GROUP BY ALL
    UNION ALL SELECT customer_id, b, -count(*) FROM span WHERE b IS NOT NULL GROUP BY ALL) AS s
  LEFT JOIN gold.customer AS c ON c.customer_id = s.customer_id
  GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.n) AS open_cases
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
