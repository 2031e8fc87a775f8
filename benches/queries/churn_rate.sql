-- Of the customers active a year earlier, those not active any more.
WITH days AS (
  SELECT as_of_date AS end_on, as_of_date + 1 AS next_on, (as_of_date + 1 - INTERVAL 12 MONTH)::DATE AS next_then
  FROM gold.data_status
), line AS (
  SELECT customer_id,
    max(CASE WHEN order_date >= next_then THEN 1 END) AS now,
    max(CASE WHEN order_date < next_then THEN 1 END) AS earlier
  FROM gold.order_line, days
  WHERE lower(rtrim(status)) = 'completed'
    AND order_date >= (next_then - INTERVAL 12 MONTH)::DATE AND order_date < next_on
  GROUP BY customer_id
), subscribed AS (
  SELECT customer_id,
    max(CASE WHEN start_date < next_on AND (end_date IS NULL OR end_date >= next_on) THEN 1 END) AS now,
    max(CASE WHEN start_date < next_then AND (end_date IS NULL OR end_date >= next_then) THEN 1 END) AS earlier
  FROM gold.subscription, days GROUP BY customer_id
)
SELECT count(CASE WHEN NOT ((c.closed_on IS NULL OR c.closed_on > d.end_on)
    AND (l.now IS NOT NULL OR b.now IS NOT NULL)) THEN 1 END)::DOUBLE / nullif(count(*), 0) AS churn_rate
FROM gold.customer AS c
CROSS JOIN days AS d
LEFT JOIN line AS l ON l.customer_id = c.customer_id
LEFT JOIN subscribed AS b ON b.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since < d.next_then AND (c.closed_on IS NULL OR c.closed_on >= d.next_then)
  AND (l.earlier IS NOT NULL OR b.earlier IS NOT NULL)
