-- Average margin of the customers on record with a completed line of known cost.
WITH margin AS (
  SELECT customer_id, sum(net_amount - cost_amount) AS margin FROM gold.order_line, gold.data_status
  WHERE lower(rtrim(status)) = 'completed' AND cost_amount IS NOT NULL AND order_date <= as_of_date
  GROUP BY customer_id
)
SELECT avg(m.margin::DOUBLE) AS customer_lifetime_value
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
JOIN margin AS m ON m.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
