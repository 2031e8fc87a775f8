-- Customers on record at the as-of date.
SELECT count(*) AS customers
FROM gold.customer AS c, gold.data_status AS s
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
