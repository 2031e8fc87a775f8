-- Cases by month of their resolution.
WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index,
  count(CASE WHEN s.contact_count = 1 AND (s.reopened_on IS NULL OR s.reopened_on > s.resolved_on + 7) THEN 1 END)::DOUBLE
    / nullif(count(*), 0) AS first_contact_resolution
FROM gold.service_case AS s
JOIN day AS k ON k.date = s.resolved_on
LEFT JOIN gold.customer AS c ON c.customer_id = s.customer_id
GROUP BY ALL
