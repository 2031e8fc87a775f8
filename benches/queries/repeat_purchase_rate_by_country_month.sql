-- Two buying days that follow one another open a span while both are in the window.
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
), pair AS (
  SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
      THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b,
    lead(d) OVER (PARTITION BY customer_id ORDER BY d) + 1 AS a2,
    lead(d, 2) OVER (PARTITION BY customer_id ORDER BY d) + 1 AS a3
  FROM day
), turn AS (
  SELECT p.country, greatest(t.a, p.since) AS a, least(t.b, coalesce(t.a2, t.b), p.until) AS b,
    greatest(t.a2, p.since) AS c, least(t.b, coalesce(t.a3, t.b), p.until) AS d, t.a2 IS NOT NULL AS paired
  FROM pair AS t JOIN person AS p ON p.customer_id = t.customer_id
), step AS (
  SELECT country, a AS on_day, count(*) AS one, 0 AS two FROM turn WHERE a < b GROUP BY ALL
  UNION ALL SELECT country, b, -count(*), 0 FROM turn WHERE a < b GROUP BY ALL
  UNION ALL SELECT country, c, 0, count(*) FROM turn WHERE paired AND c < d GROUP BY ALL
  UNION ALL SELECT country, d, 0, -count(*) FROM turn WHERE paired AND c < d GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.two)::DOUBLE / nullif(sum(s.one), 0) AS repeat_purchase_rate
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.one) <> 0
