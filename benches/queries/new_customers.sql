-- Customers on record whose first completed line ever lies in the calendar.
WITH first_line AS (
  SELECT customer_id, min(order_date) AS first_on FROM gold.order_line, gold.data_status
  WHERE lower(rtrim(status)) = 'completed' AND order_date <= as_of_date
  GROUP BY customer_id
)
SELECT count(*) AS new_customers
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
JOIN first_line AS f ON f.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
  AND f.first_on BETWEEN (SELECT min(date) FROM gold.calendar) AND s.as_of_date
