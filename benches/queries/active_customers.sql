-- Customers on record with a completed line in twelve months or an open subscription.
WITH buyer AS (
  SELECT DISTINCT customer_id FROM gold.order_line, gold.data_status
  WHERE lower(rtrim(status)) = 'completed'
    AND order_date >= (as_of_date + 1 - INTERVAL 12 MONTH)::DATE AND order_date <= as_of_date
), subscriber AS (
  SELECT DISTINCT customer_id FROM gold.subscription, gold.data_status
  WHERE start_date <= as_of_date AND (end_date IS NULL OR end_date > as_of_date)
)
SELECT count(*) AS active_customers
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
LEFT JOIN buyer AS b ON b.customer_id = c.customer_id
LEFT JOIN subscriber AS r ON r.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
  AND (b.customer_id IS NOT NULL OR r.customer_id IS NOT NULL)
