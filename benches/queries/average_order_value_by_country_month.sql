-- Net amount of completed lines per order.
WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index,
  sum(l.net_amount)::DOUBLE / nullif(count(DISTINCT l.order_id), 0) AS average_order_value
FROM gold.order_line AS l
JOIN day AS k ON k.date = l.order_date
LEFT JOIN gold.customer AS c ON c.customer_id = l.customer_id
WHERE lower(rtrim(l.status)) = 'completed'
GROUP BY ALL
