-- Posted invoices by month of the invoice date.
WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index, sum(i.net_amount) AS net_revenue
FROM gold.invoice AS i
JOIN day AS k ON k.date = i.invoice_date
LEFT JOIN gold.customer AS c ON c.customer_id = i.customer_id
WHERE lower(rtrim(i.status)) = 'posted'
GROUP BY ALL
