-- Of the customers on record delivered a message, those who responded within 14 days of it.
WITH reached AS (
  SELECT customer_id, max(CASE WHEN responded_on BETWEEN delivered_on AND delivered_on + 14 THEN 1 END) AS responded
  FROM gold.campaign_send, gold.data_status
  WHERE delivered_on BETWEEN (SELECT min(date) FROM gold.calendar) AND as_of_date
  GROUP BY customer_id
)
SELECT count(r.responded)::DOUBLE / nullif(count(*), 0) AS campaign_response_rate
FROM reached AS r JOIN gold.customer AS c ON c.customer_id = r.customer_id
