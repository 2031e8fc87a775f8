-- All fifteen by country: one pass per table, facts brought to the customer first.
WITH days AS (
  SELECT as_of_date AS end_on, as_of_date + 1 AS next_on, (as_of_date + 1 - INTERVAL 12 MONTH)::DATE AS next_then,
    (SELECT min(date) FROM gold.calendar) AS start_on
  FROM gold.data_status
), stopped AS (
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
), line AS (
  SELECT ol.customer_id,
    max(CASE WHEN ol.order_date >= d.next_then AND ol.order_date < d.next_on THEN 1 END) AS now,
    min(CASE WHEN ol.order_date >= d.next_then AND ol.order_date < d.next_on THEN ol.order_date END)
      < max(CASE WHEN ol.order_date >= d.next_then AND ol.order_date < d.next_on THEN ol.order_date END) AS twice,
    max(CASE WHEN ol.order_date >= (d.next_then - INTERVAL 12 MONTH)::DATE AND ol.order_date < d.next_then THEN 1 END)
      AS earlier,
    min(CASE WHEN ol.order_date < d.next_on THEN ol.order_date END) AS first_on,
    sum(CASE WHEN ol.order_date < d.next_on THEN ol.net_amount - ol.cost_amount END) AS margin,
    min(CASE WHEN ol.order_date >= (d.next_then - INTERVAL 12 MONTH)::DATE AND ol.order_date < d.next_on
      THEN p.category END)
      < max(CASE WHEN ol.order_date >= (d.next_then - INTERVAL 12 MONTH)::DATE AND ol.order_date < d.next_on
        THEN p.category END) AS several
  FROM gold.order_line AS ol
  CROSS JOIN days AS d
  LEFT JOIN (SELECT product_id, nullif(lower(rtrim(category)), '') AS category FROM gold.product) AS p
    ON p.product_id = ol.product_id
  WHERE lower(rtrim(ol.status)) = 'completed'
  GROUP BY ol.customer_id
), ordered AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, sum(ol.net_amount) AS amount,
    count(DISTINCT ol.order_id) AS orders
  FROM gold.order_line AS ol
  CROSS JOIN days AS d
  LEFT JOIN gold.customer AS c ON c.customer_id = ol.customer_id
  WHERE lower(rtrim(ol.status)) = 'completed' AND ol.order_date BETWEEN d.start_on AND d.end_on
  GROUP BY 1
), subscribed AS (
  SELECT customer_id,
    max(CASE WHEN start_date < next_on AND (end_date IS NULL OR end_date >= next_on) THEN 1 END) AS now,
    max(CASE WHEN start_date < next_then AND (end_date IS NULL OR end_date >= next_then) THEN 1 END) AS earlier
  FROM gold.subscription, days GROUP BY customer_id
), invoiced AS (
  SELECT customer_id, sum(net_amount) AS amount FROM gold.invoice, days
  WHERE lower(rtrim(status)) = 'posted' AND invoice_date BETWEEN start_on AND end_on
  GROUP BY customer_id
), invoiced_by_country AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, sum(i.amount) AS amount
  FROM invoiced AS i LEFT JOIN gold.customer AS c ON c.customer_id = i.customer_id
  GROUP BY 1
), answer AS (
  SELECT customer_id, arg_max(score, (responded_on, score)) AS score FROM gold.survey_response, days
  WHERE lower(rtrim(survey_type)) = 'nps' AND score IS NOT NULL AND responded_on > end_on - 90 AND responded_on <= end_on
  GROUP BY customer_id
), cases AS (
  SELECT customer_id,
    count(CASE WHEN opened_on <= end_on AND (resolved_on IS NULL OR resolved_on > end_on
      OR (reopened_on <= end_on AND reopened_on >= resolved_on)) THEN 1 END) AS open,
    count(CASE WHEN resolved_on BETWEEN start_on AND end_on THEN 1 END) AS resolved,
    count(CASE WHEN resolved_on BETWEEN start_on AND end_on AND contact_count = 1
      AND (reopened_on IS NULL OR reopened_on > resolved_on + 7) THEN 1 END) AS at_once
  FROM gold.service_case, days GROUP BY customer_id
), cases_by_country AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, sum(k.open) AS open, sum(k.resolved) AS resolved,
    sum(k.at_once) AS at_once
  FROM cases AS k LEFT JOIN gold.customer AS c ON c.customer_id = k.customer_id
  GROUP BY 1
), sent AS (
  SELECT customer_id,
    max(CASE WHEN delivered_on BETWEEN start_on AND end_on THEN 1 END) AS delivered,
    max(CASE WHEN delivered_on BETWEEN start_on AND end_on AND responded_on BETWEEN delivered_on AND delivered_on + 14
      THEN 1 END) AS responded
  FROM gold.campaign_send, days GROUP BY customer_id
), reached AS (
  SELECT DISTINCT contact_point_id, customer_id FROM gold.campaign_send, days
  WHERE lower(rtrim(purpose)) = 'marketing' AND delivered_on > end_on - 30 AND delivered_on <= end_on
), left_us AS (
  SELECT DISTINCT contact_point_id FROM gold.consent_event, days
  WHERE lower(rtrim(purpose)) = 'marketing' AND lower(rtrim(status)) = 'opted_out'
    AND effective_from > end_on - 30 AND effective_from <= end_on
), points AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, count(DISTINCT r.contact_point_id) AS reached,
    count(DISTINCT l.contact_point_id) AS lost
  FROM reached AS r
  JOIN gold.contact_point AS cp ON cp.contact_point_id = r.contact_point_id
  LEFT JOIN gold.customer AS c ON c.customer_id = cp.customer_id
  LEFT JOIN gold.customer AS sent_to ON sent_to.customer_id = r.customer_id
  LEFT JOIN left_us AS l ON l.contact_point_id = r.contact_point_id
  WHERE lower(rtrim(c.country)) IS NOT DISTINCT FROM lower(rtrim(sent_to.country))
  GROUP BY 1
), person AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country,
    c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '') AS kept,
    c.customer_since <= s.as_of_date AND (c.closed_on IS NULL OR c.closed_on > s.as_of_date) AS on_record,
    c.customer_since < d.next_then AND (c.closed_on IS NULL OR c.closed_on >= d.next_then) AS was_on_record,
    l.now IS NOT NULL OR b.now IS NOT NULL AS active,
    l.earlier IS NOT NULL OR b.earlier IS NOT NULL AS was_active,
    l.now IS NOT NULL AS buyer, l.twice, l.first_on BETWEEN d.start_on AND d.end_on AS is_new, l.margin, l.several,
    a.customer_id IS NOT NULL AND lower(rtrim(c.status)) <> 'deceased' AND c.processing_restricted = false
      AND (c.birth_date IS NULL OR (c.birth_date + to_months(12 * CASE
      WHEN lower(rtrim(c.country)) IN ('be', 'dk', 'ee', 'fi', 'lv', 'mt', 'pt', 'se', 'gb') THEN 13
      WHEN lower(rtrim(c.country)) IN ('at', 'bg', 'cy', 'es', 'it', 'lt') THEN 14
      WHEN lower(rtrim(c.country)) IN ('cz', 'fr', 'gr', 'si') THEN 15
      ELSE 16 END))::DATE <= s.as_of_date)
      AND t.customer_id IS NULL AND x.customer_id IS NULL AS reachable,
    n.score, e.delivered, e.responded
  FROM gold.customer AS c
  CROSS JOIN days AS d
  CROSS JOIN gold.data_status AS s
  LEFT JOIN line AS l ON l.customer_id = c.customer_id
  LEFT JOIN subscribed AS b ON b.customer_id = c.customer_id
  LEFT JOIN reachable AS a ON a.customer_id = c.customer_id
  LEFT JOIN stopped AS t ON t.customer_id = c.customer_id
  LEFT JOIN detractor AS x ON x.customer_id = c.customer_id
  LEFT JOIN answer AS n ON n.customer_id = c.customer_id
  LEFT JOIN sent AS e ON e.customer_id = c.customer_id
), people AS (
  SELECT country,
    count(CASE WHEN kept AND on_record THEN 1 END) AS customers,
    count(CASE WHEN kept AND on_record AND active THEN 1 END) AS active_customers,
    count(CASE WHEN kept AND on_record AND is_new THEN 1 END) AS new_customers,
    count(CASE WHEN kept AND was_on_record AND was_active AND NOT (on_record AND active) THEN 1 END) AS gone,
    count(CASE WHEN kept AND was_on_record AND was_active THEN 1 END) AS base,
    count(CASE WHEN kept AND on_record AND twice THEN 1 END) AS repeating,
    count(CASE WHEN kept AND on_record AND buyer THEN 1 END) AS buying,
    avg(CASE WHEN kept AND on_record THEN margin::DOUBLE END) AS customer_lifetime_value,
    count(CASE WHEN kept AND on_record AND active AND several THEN 1 END) AS crossing,
    count(CASE WHEN kept AND on_record AND reachable THEN 1 END) AS marketable_customers,
    count(CASE WHEN score >= 9 THEN 1 END) - count(CASE WHEN score BETWEEN 0 AND 6 THEN 1 END) AS balance,
    count(score) AS answered, count(delivered) AS delivered, count(responded) AS responded
  FROM person GROUP BY country
), country AS (
  SELECT country FROM people UNION SELECT country FROM ordered UNION SELECT country FROM invoiced_by_country
  UNION SELECT country FROM cases_by_country UNION SELECT country FROM points
)
SELECT g.country, coalesce(p.customers, 0) AS customers, coalesce(p.active_customers, 0) AS active_customers,
  coalesce(p.new_customers, 0) AS new_customers, p.gone::DOUBLE / nullif(p.base, 0) AS churn_rate,
  p.repeating::DOUBLE / nullif(p.buying, 0) AS repeat_purchase_rate, coalesce(i.amount, 0) AS net_revenue,
  o.amount::DOUBLE / nullif(o.orders, 0) AS average_order_value, p.customer_lifetime_value,
  p.crossing::DOUBLE / nullif(p.active_customers, 0) AS cross_sell_rate,
  coalesce(p.marketable_customers, 0) AS marketable_customers, t.lost::DOUBLE / nullif(t.reached, 0) AS opt_out_rate,
  p.responded::DOUBLE / nullif(p.delivered, 0) AS campaign_response_rate, coalesce(k.open, 0) AS open_cases,
  k.at_once::DOUBLE / nullif(k.resolved, 0) AS first_contact_resolution,
  100.0::DOUBLE * p.balance / nullif(p.answered, 0) AS net_promoter_score
FROM country AS g
LEFT JOIN people AS p ON p.country IS NOT DISTINCT FROM g.country
LEFT JOIN ordered AS o ON o.country IS NOT DISTINCT FROM g.country
LEFT JOIN invoiced_by_country AS i ON i.country IS NOT DISTINCT FROM g.country
LEFT JOIN cases_by_country AS k ON k.country IS NOT DISTINCT FROM g.country
LEFT JOIN points AS t ON t.country IS NOT DISTINCT FROM g.country
