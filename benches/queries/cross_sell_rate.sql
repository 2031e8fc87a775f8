-- Of the active customers, those who bought from two or more categories in 24 months.
WITH line AS (
  SELECT ol.customer_id,
    max(CASE WHEN ol.order_date >= (s.as_of_date + 1 - INTERVAL 12 MONTH)::DATE THEN 1 END) AS active,
    min(p.category) < max(p.category) AS several
  FROM gold.order_line AS ol
  CROSS JOIN gold.data_status AS s
  LEFT JOIN (SELECT product_id, nullif(lower(rtrim(category)), '') AS category FROM gold.product) AS p
    ON p.product_id = ol.product_id
  WHERE lower(rtrim(ol.status)) = 'completed'
    AND ol.order_date >= (s.as_of_date + 1 - INTERVAL 24 MONTH)::DATE AND ol.order_date <= s.as_of_date
  GROUP BY ol.customer_id
), subscriber AS (
  SELECT DISTINCT customer_id FROM gold.subscription, gold.data_status
  WHERE start_date <= as_of_date AND (end_date IS NULL OR end_date > as_of_date)
)
SELECT count(CASE WHEN l.several THEN 1 END)::DOUBLE / nullif(count(*), 0) AS cross_sell_rate
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
LEFT JOIN line AS l ON l.customer_id = c.customer_id
LEFT JOIN subscriber AS r ON r.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
  AND (l.active IS NOT NULL OR r.customer_id IS NOT NULL)
