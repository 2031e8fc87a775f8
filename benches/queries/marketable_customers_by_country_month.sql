-- What a contact point's sources say is worked out on the days on which it changes; then the spans in which a
-- customer can be reached, cut by do-not-contact entries.
WITH month AS (
  SELECT month_index, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
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
), person AS (
  SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
    greatest(c.customer_since, (c.birth_date + to_months(12 * CASE
      WHEN lower(rtrim(c.country)) IN ('be', 'dk', 'ee', 'fi', 'lv', 'mt', 'pt', 'se', 'gb') THEN 13
      WHEN lower(rtrim(c.country)) IN ('at', 'bg', 'cy', 'es', 'it', 'lt') THEN 14
      WHEN lower(rtrim(c.country)) IN ('cz', 'fr', 'gr', 'si') THEN 15
      ELSE 16 END))::DATE) + 1 AS since,
    coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
  FROM gold.customer AS c
  WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND lower(rtrim(c.status)) <> 'deceased' AND c.processing_restricted = false
    AND c.customer_id NOT IN (SELECT customer_id FROM detractor)
), event AS (
  SELECT e.contact_point_id, cp.customer_id, lower(rtrim(e.source_system)) AS source, e.effective_from AS d,
    lower(rtrim(e.status)) AS said, e.expires_on
  FROM gold.consent_event AS e JOIN gold.contact_point AS cp ON cp.contact_point_id = e.contact_point_id
  WHERE lower(rtrim(e.purpose)) = 'marketing' AND lower(rtrim(e.channel)) = 'email' AND e.effective_from IS NOT NULL
    AND lower(rtrim(cp.channel)) = 'email' AND coalesce(lower(rtrim(cp.bounce_state)), '') <> 'hard'
), moment AS (
  SELECT contact_point_id, d + 1 AS t FROM event
  UNION
  SELECT contact_point_id, expires_on + 1 FROM event WHERE said = 'opted_in' AND expires_on >= d
), heard AS (
  SELECT m.contact_point_id, e.customer_id, m.t, e.d,
    CASE WHEN e.said = 'opted_in' AND e.expires_on < m.t THEN 'expired' ELSE e.said END AS said,
    rank() OVER (PARTITION BY m.contact_point_id, m.t, e.source ORDER BY e.d DESC) AS place
  FROM moment AS m JOIN event AS e ON e.contact_point_id = m.contact_point_id AND e.d < m.t
), decided AS (
  SELECT contact_point_id, any_value(customer_id) AS customer_id, t,
    count(CASE WHEN said <> 'opted_in' AND d = latest_on THEN 1 END) = 0
      AND count(CASE WHEN said = 'opted_out' AND d >= latest_on - 7 THEN 1 END) = 0
      AND count(CASE WHEN coalesce(said, '') = '' AND d >= latest_on - 7 THEN 1 END) = 0 AS allowed
  FROM (SELECT *, max(d) OVER (PARTITION BY contact_point_id, t) AS latest_on FROM heard WHERE place = 1)
  GROUP BY contact_point_id, t
), span AS (
  SELECT customer_id, t AS a, lead(t) OVER (PARTITION BY contact_point_id ORDER BY t) AS b, allowed FROM decided
), stop AS (
  SELECT customer_id, effective_from + 1 AS a, effective_to + 1 AS b FROM gold.do_not_contact
  WHERE lower(rtrim(scope)) IN ('marketing', 'all') AND lower(rtrim(channel)) IN ('email', 'all')
    AND (effective_to IS NULL OR effective_to > effective_from)
), turn AS (
  SELECT customer_id, a AS on_day, 1 AS reachable, 0 AS stopped FROM span WHERE allowed
  UNION ALL SELECT customer_id, b, -1, 0 FROM span WHERE allowed AND b IS NOT NULL
  UNION ALL SELECT customer_id, a, 0, 1 FROM stop
  UNION ALL SELECT customer_id, b, 0, -1 FROM stop WHERE b IS NOT NULL
), state AS (
  SELECT customer_id, on_day, lead(on_day) OVER (PARTITION BY customer_id ORDER BY on_day) AS until,
    sum(reachable) OVER (PARTITION BY customer_id ORDER BY on_day ROWS UNBOUNDED PRECEDING) AS reachable,
    sum(stopped) OVER (PARTITION BY customer_id ORDER BY on_day ROWS UNBOUNDED PRECEDING) AS stopped
  FROM turn
), stay AS (
  SELECT p.country, greatest(s.on_day, p.since) AS a, least(coalesce(s.until, p.until), p.until) AS b
  FROM state AS s JOIN person AS p ON p.customer_id = s.customer_id
  WHERE s.reachable > 0 AND s.stopped = 0
), step AS (
  SELECT country, a AS on_day, count(*) AS n FROM stay WHERE a < b GROUP BY ALL
  UNION ALL SELECT country, b, -count(*) FROM stay WHERE a < b GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.n) AS marketable_customers
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
