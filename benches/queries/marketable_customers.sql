-- Customers on record with an e-mail address that the marketing policy allows.
WITH stopped AS (
  SELECT DISTINCT customer_id FROM gold.do_not_contact, gold.data_status
  WHERE lower(rtrim(scope)) IN ('marketing', 'all') AND lower(rtrim(channel)) IN ('email', 'all')
    AND effective_from <= as_of_date AND (effective_to IS NULL OR effective_to > as_of_date)
), detractor AS (
  SELECT DISTINCT c.customer_id
  FROM gold.survey_response AS r
  CROSS JOIN gold.data_status AS s
  JOIN gold.customer AS c ON c.customer_id = r.customer_id
  WHERE r.responded_on > s.as_of_date - 30 AND r.responded_on <= s.as_of_date
    AND (lower(rtrim(r.survey_type)) = 'nps' AND r.score BETWEEN 0 AND 6
      OR lower(rtrim(r.survey_type)) = 'csat' AND r.score BETWEEN 1 AND 2)
    AND c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
), event AS (
  SELECT contact_point_id, effective_from AS said_on,
    CASE WHEN lower(rtrim(status)) = 'opted_in' AND expires_on <= as_of_date THEN 'expired'
      ELSE lower(rtrim(status)) END AS said,
    rank() OVER (PARTITION BY contact_point_id, lower(rtrim(source_system)) ORDER BY effective_from DESC) AS place
  FROM gold.consent_event, gold.data_status
  WHERE lower(rtrim(purpose)) = 'marketing' AND lower(rtrim(channel)) = 'email' AND effective_from <= as_of_date
), opted_in AS (
  SELECT contact_point_id
  FROM (SELECT contact_point_id, said, said_on, max(said_on) OVER (PARTITION BY contact_point_id) AS latest_on
    FROM event WHERE place = 1)
  GROUP BY contact_point_id
  HAVING count(CASE WHEN said <> 'opted_in' AND said_on = latest_on THEN 1 END) = 0
    AND count(CASE WHEN said = 'opted_out' AND said_on >= latest_on - 7 THEN 1 END) = 0
    AND count(CASE WHEN coalesce(said, '') = '' AND said_on >= latest_on - 7 THEN 1 END) = 0
), reachable AS (
  SELECT DISTINCT cp.customer_id
  FROM gold.contact_point AS cp JOIN opted_in AS o ON o.contact_point_id = cp.contact_point_id
  WHERE lower(rtrim(cp.channel)) = 'email' AND coalesce(lower(rtrim(cp.bounce_state)), '') <> 'hard'
)
SELECT count(*) AS marketable_customers
FROM gold.customer AS c
CROSS JOIN gold.data_status AS s
JOIN reachable AS a ON a.customer_id = c.customer_id
WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
  AND c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date)
  AND lower(rtrim(c.status)) <> 'deceased' AND c.processing_restricted = false
  AND (c.birth_date IS NULL OR (c.birth_date + to_months(12 * CASE
      WHEN lower(rtrim(c.country)) IN ('be', 'dk', 'ee', 'fi', 'lv', 'mt', 'pt', 'se', 'gb') THEN 13
      WHEN lower(rtrim(c.country)) IN ('at', 'bg', 'cy', 'es', 'it', 'lt') THEN 14
      WHEN lower(rtrim(c.country)) IN ('cz', 'fr', 'gr', 'si') THEN 15
      ELSE 16 END))::DATE <= s.as_of_date)
  AND c.customer_id NOT IN (SELECT customer_id FROM stopped)
  AND c.customer_id NOT IN (SELECT customer_id FROM detractor)
