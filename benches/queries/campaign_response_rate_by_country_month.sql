-- One row for each customer and month delivered to.
WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date), reached AS (
  SELECT s.customer_id, k.month_index,
    max(CASE WHEN s.responded_on BETWEEN s.delivered_on AND s.delivered_on + 14 THEN 1 END) AS responded
  FROM gold.campaign_send AS s JOIN day AS k ON k.date = s.delivered_on
  GROUP BY ALL
)
SELECT nullif(lower(rtrim(c.country)), '') AS country, r.month_index,
  count(r.responded)::DOUBLE / nullif(count(*), 0) AS campaign_response_rate
FROM reached AS r JOIN gold.customer AS c ON c.customer_id = r.customer_id
GROUP BY ALL
