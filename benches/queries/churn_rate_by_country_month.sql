-- The spans in which a customer is active, and the same a year later, meet where the customer stayed.
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
), island AS (
  SELECT customer_id, min(a) AS a, max(b) AS b
  FROM (SELECT customer_id, a, until AS b, count(CASE WHEN before IS NULL OR before < a THEN 1 END)
      OVER (PARTITION BY customer_id ORDER BY a ROWS UNBOUNDED PRECEDING) AS number FROM seen)
  GROUP BY customer_id, number
), stay AS (
  SELECT p.country, i.customer_id, greatest(i.a, p.since) AS a, least(i.b, p.until) AS b
  FROM island AS i JOIN person AS p ON p.customer_id = i.customer_id
  WHERE greatest(i.a, p.since) < least(i.b, p.until)
), later AS (
  SELECT country, customer_id, CASE WHEN ((((a - 1) + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = (a - 1) + 1
      THEN ((a - 1) + 1 + INTERVAL 12 MONTH)::DATE ELSE ((a - 1) + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS a,
    CASE WHEN b >= DATE '9000-01-01' THEN b ELSE CASE WHEN ((((b - 1) + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = (b - 1) + 1
      THEN ((b - 1) + 1 + INTERVAL 12 MONTH)::DATE ELSE ((b - 1) + 1 + INTERVAL 12 MONTH)::DATE + 1 END END AS b
  FROM stay
), kept AS (
  SELECT l.country, greatest(l.a, s.a) AS a, least(l.b, s.b) AS b
  FROM later AS l JOIN stay AS s ON s.customer_id = l.customer_id AND s.a < l.b AND l.a < s.b
), step AS (
  SELECT country, a AS on_day, count(*) AS base, 0 AS kept FROM later GROUP BY ALL
  UNION ALL SELECT country, b, -count(*), 0 FROM later GROUP BY ALL
  UNION ALL SELECT country, a, 0, count(*) FROM kept GROUP BY ALL
  UNION ALL SELECT country, b, 0, -count(*) FROM kept GROUP BY ALL
)
SELECT s.country, m.month_index, (sum(s.base) - sum(s.kept))::DOUBLE / nullif(sum(s.base), 0) AS churn_rate
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
WHERE (SELECT min(date) FROM gold.calendar) < (m.next_on - INTERVAL 12 MONTH)::DATE
GROUP BY ALL HAVING sum(s.base) <> 0
