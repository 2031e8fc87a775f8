-- The month of the first completed line ever.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), first_line AS (
  SELECT customer_id, min(order_date) AS first_on FROM gold.order_line
  WHERE lower(rtrim(status)) = 'completed' GROUP BY customer_id
)
SELECT nullif(lower(rtrim(c.country)), '') AS country, m.month_index, count(*) AS new_customers
FROM gold.customer AS c
JOIN first_line AS f ON f.customer_id = c.customer_id
JOIN gold.calendar AS k ON k.date = f.first_on
JOIN month AS m ON m.month_index = k.month_index AND f.first_on <= m.end_on
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= m.end_on AND (c.closed_on IS NULL OR c.closed_on > m.end_on)
GROUP BY ALL
