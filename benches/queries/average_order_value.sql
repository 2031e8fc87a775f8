-- Net amount of completed lines per order.
SELECT sum(net_amount)::DOUBLE / nullif(count(DISTINCT order_id), 0) AS average_order_value
FROM gold.order_line, gold.data_status
WHERE lower(rtrim(status)) = 'completed'
  AND order_date BETWEEN (SELECT min(date) FROM gold.calendar) AND as_of_date
