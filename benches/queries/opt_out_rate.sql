-- Of the contact points delivered marketing in 30 days, those that opted out in the same 30 days.
WITH reached AS (
  SELECT DISTINCT contact_point_id FROM gold.campaign_send, gold.data_status
  WHERE lower(rtrim(purpose)) = 'marketing' AND delivered_on > as_of_date - 30 AND delivered_on <= as_of_date
), left_us AS (
  SELECT DISTINCT contact_point_id FROM gold.consent_event, gold.data_status
  WHERE lower(rtrim(purpose)) = 'marketing' AND lower(rtrim(status)) = 'opted_out'
    AND effective_from > as_of_date - 30 AND effective_from <= as_of_date
)
SELECT count(l.contact_point_id)::DOUBLE / nullif(count(*), 0) AS opt_out_rate
FROM gold.contact_point AS cp
JOIN reached AS r ON r.contact_point_id = cp.contact_point_id
LEFT JOIN left_us AS l ON l.contact_point_id = cp.contact_point_id
