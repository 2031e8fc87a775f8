-- The best query of each metric, joined on country and month.
WITH open_cases AS (
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
), first_contact_resolution AS (
  WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
  SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index,
    count(CASE WHEN s.contact_count = 1 AND (s.reopened_on IS NULL OR s.reopened_on > s.resolved_on + 7) THEN 1 END)::DOUBLE
      / nullif(count(*), 0) AS first_contact_resolution
  FROM gold.service_case AS s
  JOIN day AS k ON k.date = s.resolved_on
  LEFT JOIN gold.customer AS c ON c.customer_id = s.customer_id
  GROUP BY ALL
), net_promoter_score AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), answer AS (
    SELECT customer_id, responded_on AS d, max(score) AS score FROM gold.survey_response
    WHERE lower(rtrim(survey_type)) = 'nps' AND score IS NOT NULL AND responded_on IS NOT NULL AND customer_id IS NOT NULL
    GROUP BY ALL
  ), span AS (
    SELECT customer_id, d + 1 AS a, least(d + 91, lead(d) OVER (PARTITION BY customer_id ORDER BY d) + 1) AS b,
      CASE WHEN score >= 9 THEN 1 WHEN score BETWEEN 0 AND 6 THEN -1 ELSE 0 END AS balance
    FROM answer
  ), step AS (
    SELECT nullif(lower(rtrim(c.country)), '') AS country, t.on_day, sum(t.n) AS n, sum(t.balance) AS balance
    FROM (SELECT customer_id, a AS on_day, 1 AS n, balance FROM span
      UNION ALL SELECT customer_id, b, -1, -balance FROM span) AS t
    JOIN gold.customer AS c ON c.customer_id = t.customer_id
    GROUP BY ALL
  )
  SELECT s.country, m.month_index, 100.0::DOUBLE * sum(s.balance) / nullif(sum(s.n), 0) AS net_promoter_score
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  GROUP BY ALL HAVING sum(s.n) <> 0
), customers AS (
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
), g AS (
  SELECT country, month_index FROM open_cases UNION SELECT country, month_index FROM first_contact_resolution UNION SELECT country, month_index FROM net_promoter_score UNION SELECT country, month_index FROM customers
)
SELECT g.country, g.month_index,
  coalesce(open_cases.open_cases, 0) AS open_cases,
  first_contact_resolution.first_contact_resolution,
  net_promoter_score.net_promoter_score,
  coalesce(customers.customers, 0) AS customers
FROM g
LEFT JOIN open_cases ON open_cases.country IS NOT DISTINCT FROM g.country AND open_cases.month_index = g.month_index
LEFT JOIN first_contact_resolution ON first_contact_resolution.country IS NOT DISTINCT FROM g.country AND first_contact_resolution.month_index = g.month_index
LEFT JOIN net_promoter_score ON net_promoter_score.country IS NOT DISTINCT FROM g.country AND net_promoter_score.month_index = g.month_index
LEFT JOIN customers ON customers.country IS NOT DISTINCT FROM g.country AND customers.month_index = g.month_index
