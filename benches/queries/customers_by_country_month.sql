-- Each customer enters once and leaves once.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), person AS (
  SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
    c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
  FROM gold.customer AS c
  WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
), step AS (
  SELECT country, since AS on_day, count(*) AS n FROM person GROUP BY ALL
  UNION ALL
  SELECT country, until, -count(*) FROM person GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.n) AS customers
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
