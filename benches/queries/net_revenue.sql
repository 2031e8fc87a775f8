-- Posted invoices of the calendar.
SELECT coalesce(sum(net_amount), 0) AS net_revenue
FROM gold.invoice, gold.data_status
WHERE lower(rtrim(status)) = 'posted'
  AND invoice_date BETWEEN (SELECT min(date) FROM gold.calendar) AND as_of_date
