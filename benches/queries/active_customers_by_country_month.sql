-- Buying days and subscriptions open spans; where spans of a customer meet they are one.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), person AS (
  SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
    c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
  FROM gold.customer AS c
  WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
), day AS (
  SELECT DISTINCT customer_id, order_date AS d FROM gold.order_line
  WHERE lower(rtrim(status)) = 'completed' AND customer_id IS NOT NULL
), span AS (
  SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
      THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b FROM day
  UNION ALL
  SELECT customer_id, start_date + 1, coalesce(end_date + 1, DATE '9999-01-01') FROM gold.subscription
  WHERE end_date IS NULL OR end_date > start_date
), seen AS (
  SELECT customer_id, a,
    max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
    max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS UNBOUNDED PRECEDING) AS until,
    lead(a) OVER (PARTITION BY customer_id ORDER BY a) AS following
  FROM span
), turn AS (
  SELECT customer_id, a AS on_day, 1 AS n FROM seen WHERE before IS NULL OR before < a
  UNION ALL
  SELECT customer_id, until, -1 FROM seen WHERE following IS NULL OR following > until
), step AS (
  SELECT p.country, greatest(least(t.on_day, p.until), p.since) AS on_day, sum(t.n) AS n
  FROM turn AS t JOIN person AS p ON p.customer_id = t.customer_id
  GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.n) AS active_customers
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
