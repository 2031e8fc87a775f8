-- What opens and closes is summed up for each customer; the state between two days counts.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), person AS (
  SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
    c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
  FROM gold.customer AS c
  WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
), line AS (
  SELECT l.customer_id, p.category, l.order_date AS d
  FROM gold.order_line AS l
  LEFT JOIN (SELECT product_id, nullif(lower(rtrim(category)), '') AS category FROM gold.product) AS p
    ON p.product_id = l.product_id
  WHERE lower(rtrim(l.status)) = 'completed' AND l.customer_id IS NOT NULL
  GROUP BY ALL
), span AS (
  SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
      THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b,
    CASE WHEN category IS NOT NULL THEN 1 ELSE 0 END AS named, CASE WHEN (((d + 1 + INTERVAL 24 MONTH)::DATE) - INTERVAL 24 MONTH)::DATE = d + 1
      THEN (d + 1 + INTERVAL 24 MONTH)::DATE ELSE (d + 1 + INTERVAL 24 MONTH)::DATE + 1 END AS c,
    lead(d) OVER (PARTITION BY customer_id, category ORDER BY d) + 1 AS following
  FROM line
), turn AS (
  SELECT customer_id, a AS on_day, 1 AS active, named AS kinds FROM span
  UNION ALL SELECT customer_id, b, -1, 0 FROM span
  UNION ALL SELECT customer_id, least(c, following), 0, -named FROM span
  UNION ALL SELECT customer_id, start_date + 1, 1, 0 FROM gold.subscription WHERE end_date IS NULL OR end_date > start_date
  UNION ALL SELECT customer_id, end_date + 1, -1, 0 FROM gold.subscription WHERE end_date > start_date
), state AS (
  SELECT customer_id, on_day, lead(on_day) OVER w AS until, sum(active) OVER w AS active, sum(kinds) OVER w AS kinds
  FROM turn
  WINDOW w AS (PARTITION BY customer_id ORDER BY on_day ROWS UNBOUNDED PRECEDING)
), stay AS (
  SELECT p.country, greatest(s.on_day, p.since) AS a, least(s.until, p.until) AS b,
    CASE WHEN s.kinds >= 2 THEN 1 ELSE 0 END AS crossed
  FROM state AS s JOIN person AS p ON p.customer_id = s.customer_id
  WHERE s.active > 0 AND greatest(s.on_day, p.since) < least(coalesce(s.until, p.until), p.until)
), step AS (
  SELECT country, a AS on_day, count(*) AS base, sum(crossed) AS crossed FROM stay GROUP BY ALL
  UNION ALL SELECT country, b, -count(*), -sum(crossed) FROM stay GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.crossed)::DOUBLE / nullif(sum(s.base), 0) AS cross_sell_rate
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.base) <> 0
