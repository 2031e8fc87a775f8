-- Of the buyers of twelve months, those with two or more buying days.
WITH line AS (
  SELECT customer_id, min(order_date) < max(order_date) AS twice FROM gold.order_line, gold.data_status
  WHERE lower(rtrim(status)) = 'completed'
    AND order_date >= (as_of_date + 1 - INTERVAL 12 MONTH)::DATE AND order_date <= as_of_date
  GROUP BY customer_id
)
SELECT count(CASE WHEN l.twice THEN 1 END)::DOUBLE / nullif(count(*), 0) AS repeat_purchase_rate
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
JOIN line AS l ON l.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
