-- A delivery or an opt-out opens a span of 30 days; spans of one contact point are cut where the next begins.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), point AS (
  SELECT cp.contact_point_id, nullif(lower(rtrim(c.country)), '') AS country
  FROM gold.contact_point AS cp LEFT JOIN gold.customer AS c ON c.customer_id = cp.customer_id
), reached AS (
  SELECT contact_point_id, country, d + 1 AS a,
    least(d + 31, lead(d) OVER (PARTITION BY contact_point_id, country ORDER BY d) + 1) AS b
  FROM (SELECT DISTINCT p.contact_point_id, p.country, s.delivered_on AS d
    FROM gold.campaign_send AS s
    JOIN point AS p ON p.contact_point_id = s.contact_point_id
    LEFT JOIN gold.customer AS c ON c.customer_id = s.customer_id
    WHERE lower(rtrim(s.purpose)) = 'marketing' AND s.delivered_on IS NOT NULL
      AND nullif(lower(rtrim(c.country)), '') IS NOT DISTINCT FROM p.country)
), lost AS (
  SELECT contact_point_id, d + 1 AS a, least(d + 31, lead(d) OVER (PARTITION BY contact_point_id ORDER BY d) + 1) AS b
  FROM (SELECT DISTINCT contact_point_id, effective_from AS d FROM gold.consent_event
    WHERE lower(rtrim(purpose)) = 'marketing' AND lower(rtrim(status)) = 'opted_out')
), both_of AS (
  SELECT r.country, greatest(r.a, l.a) AS a, least(r.b, l.b) AS b
  FROM reached AS r JOIN lost AS l ON l.contact_point_id = r.contact_point_id AND l.a < r.b AND r.a < l.b
), step AS (
  SELECT country, a AS on_day, count(*) AS base, 0 AS lost FROM reached GROUP BY ALL
  UNION ALL SELECT country, b, -count(*), 0 FROM reached GROUP BY ALL
  UNION ALL SELECT country, a, 0, count(*) FROM both_of GROUP BY ALL
  UNION ALL SELECT country, b, 0, -count(*) FROM both_of GROUP BY ALL
)
SELECT s.country, m.month_index, sum(s.lost)::DOUBLE / nullif(sum(s.base), 0) AS opt_out_rate
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.base) <> 0
