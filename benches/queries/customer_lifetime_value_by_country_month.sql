-- A line adds its margin while its customer is on record; the customer leaves with all of it.
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
  SELECT customer_id, order_date AS d, sum(net_amount - cost_amount) AS margin FROM gold.order_line
  WHERE lower(rtrim(status)) = 'completed' AND cost_amount IS NOT NULL AND customer_id IS NOT NULL
  GROUP BY ALL
), entry AS (
  SELECT p.country, p.customer_id, greatest(l.d + 1, p.since) AS a, p.until AS b, l.margin,
    CASE WHEN row_number() OVER (PARTITION BY l.customer_id ORDER BY l.d) = 1 THEN 1 ELSE 0 END AS n
  FROM line AS l JOIN person AS p ON p.customer_id = l.customer_id
  WHERE l.d + 1 < p.until
), step AS (
  SELECT country, a AS on_day, sum(n) AS n, sum(margin) AS margin FROM entry GROUP BY ALL
  UNION ALL SELECT country, b, -sum(n), -sum(margin) FROM entry GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.margin)::DOUBLE / nullif(sum(s.n), 0) AS customer_lifetime_value
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
