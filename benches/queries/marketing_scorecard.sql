-- The best query of each metric, joined on country and month.
WITH active_customers AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), person AS (
    SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
      c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
    FROM gold.customer AS c
    WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
      AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
  ), day AS (
    SELECT DISTINCT customer_id, order_date AS d FROM gold.order_line
    WHERE lower(rtrim(status)) = 'completed' AND customer_id IS NOT NULL
  ), span AS (
    SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
        THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b FROM day
    UNION ALL
    SELECT customer_id, start_date + 1, coalesce(end_date + 1, DATE '9999-01-01') FROM gold.subscription
    WHERE end_date IS NULL OR end_date > start_date
  ), seen AS (
    SELECT customer_id, a,
      max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
      max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS UNBOUNDED PRECEDING) AS until,
      lead(a) OVER (PARTITION BY customer_id ORDER BY a) AS following
    FROM span
  ), turn AS (
    SELECT customer_id, a AS on_day, 1 AS n FROM seen WHERE before IS NULL OR before < a
    UNION ALL
    SELECT customer_id, until, -1 FROM seen WHERE following IS NULL OR following > until
  ), step AS (
    SELECT p.country, greatest(least(t.on_day, p.until), p.since) AS on_day, sum(t.n) AS n
    FROM turn AS t JOIN person AS p ON p.customer_id = t.customer_id
    GROUP BY ALL
  )
  SELECT s.country, m.month_index, sum(s.n) AS active_customers
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  GROUP BY ALL HAVING sum(s.n) <> 0
), new_customers AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), first_line AS (
    SELECT customer_id, min(order_date) AS first_on FROM gold.order_line
    WHERE lower(rtrim(status)) = 'completed' GROUP BY customer_id
  )
  SELECT nullif(lower(rtrim(c.country)), '') AS country, m.month_index, count(*) AS new_customers
  FROM gold.customer AS c
  JOIN first_line AS f ON f.customer_id = c.customer_id
  JOIN gold.calendar AS k ON k.date = f.first_on
  JOIN month AS m ON m.month_index = k.month_index AND f.first_on <= m.end_on
  WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
    AND c.customer_since <= m.end_on AND (c.closed_on IS NULL OR c.closed_on > m.end_on)
  GROUP BY ALL
), churn_rate AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), person AS (
    SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
      c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
    FROM gold.customer AS c
    WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
      AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
  ), day AS (
    SELECT DISTINCT customer_id, order_date AS d FROM gold.order_line
    WHERE lower(rtrim(status)) = 'completed' AND customer_id IS NOT NULL
  ), span AS (
    SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
        THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b FROM day
    UNION ALL
    SELECT customer_id, start_date + 1, coalesce(end_date + 1, DATE '9999-01-01') FROM gold.subscription
    WHERE end_date IS NULL OR end_date > start_date
  ), seen AS (
    SELECT customer_id, a,
      max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
      max(b) OVER (PARTITION BY customer_id ORDER BY a ROWS UNBOUNDED PRECEDING) AS until,
      lead(a) OVER (PARTITION BY customer_id ORDER BY a) AS following
    FROM span
  ), island AS (
    SELECT customer_id, min(a) AS a, max(b) AS b
    FROM (SELECT customer_id, a, until AS b, count(CASE WHEN before IS NULL OR before < a THEN 1 END)
        OVER (PARTITION BY customer_id ORDER BY a ROWS UNBOUNDED PRECEDING) AS number FROM seen)
    GROUP BY customer_id, number
  ), stay AS (
    SELECT p.country, i.customer_id, greatest(i.a, p.since) AS a, least(i.b, p.until) AS b
    FROM island AS i JOIN person AS p ON p.customer_id = i.customer_id
    WHERE greatest(i.a, p.since) < least(i.b, p.until)
  ), later AS (
    SELECT country, customer_id, CASE WHEN ((((a - 1) + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = (a - 1) + 1
        THEN ((a - 1) + 1 + INTERVAL 12 MONTH)::DATE ELSE ((a - 1) + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS a,
      CASE WHEN b >= DATE '9000-01-01' THEN b ELSE CASE WHEN ((((b - 1) + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = (b - 1) + 1
        THEN ((b - 1) + 1 + INTERVAL 12 MONTH)::DATE ELSE ((b - 1) + 1 + INTERVAL 12 MONTH)::DATE + 1 END END AS b
    FROM stay
  ), kept AS (
    SELECT l.country, greatest(l.a, s.a) AS a, least(l.b, s.b) AS b
    FROM later AS l JOIN stay AS s ON s.customer_id = l.customer_id AND s.a < l.b AND l.a < s.b
  ), step AS (
    SELECT country, a AS on_day, count(*) AS base, 0 AS kept FROM later GROUP BY ALL
    UNION ALL SELECT country, b, -count(*), 0 FROM later GROUP BY ALL
    UNION ALL SELECT country, a, 0, count(*) FROM kept GROUP BY ALL
    UNION ALL SELECT country, b, 0, -count(*) FROM kept GROUP BY ALL
  )
  SELECT s.country, m.month_index, (sum(s.base) - sum(s.kept))::DOUBLE / nullif(sum(s.base), 0) AS churn_rate
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  WHERE (SELECT min(date) FROM gold.calendar) < (m.next_on - INTERVAL 12 MONTH)::DATE
  GROUP BY ALL HAVING sum(s.base) <> 0
), repeat_purchase_rate AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), person AS (
    SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
      c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
    FROM gold.customer AS c
    WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
      AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
  ), day AS (
    SELECT DISTINCT customer_id, order_date AS d FROM gold.order_line
    WHERE lower(rtrim(status)) = 'completed' AND customer_id IS NOT NULL
  ), pair AS (
    SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
        THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b,
      lead(d) OVER (PARTITION BY customer_id ORDER BY d) + 1 AS a2,
      lead(d, 2) OVER (PARTITION BY customer_id ORDER BY d) + 1 AS a3
    FROM day
  ), turn AS (
    SELECT p.country, greatest(t.a, p.since) AS a, least(t.b, coalesce(t.a2, t.b), p.until) AS b,
      greatest(t.a2, p.since) AS c, least(t.b, coalesce(t.a3, t.b), p.until) AS d, t.a2 IS NOT NULL AS paired
    FROM pair AS t JOIN person AS p ON p.customer_id = t.customer_id
  ), step AS (
    SELECT country, a AS on_day, count(*) AS one, 0 AS two FROM turn WHERE a < b GROUP BY ALL
    UNION ALL SELECT country, b, -count(*), 0 FROM turn WHERE a < b GROUP BY ALL
    UNION ALL SELECT country, c, 0, count(*) FROM turn WHERE paired AND c < d GROUP BY ALL
    UNION ALL SELECT country, d, 0, -count(*) FROM turn WHERE paired AND c < d GROUP BY ALL
  )
  SELECT s.country, m.month_index, sum(s.two)::DOUBLE / nullif(sum(s.one), 0) AS repeat_purchase_rate
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  GROUP BY ALL HAVING sum(s.one) <> 0
), marketable_customers AS (
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
), opt_out_rate AS (
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
), g AS (
  SELECT country, month_index FROM active_customers UNION SELECT country, month_index FROM new_customers UNION SELECT country, month_index FROM churn_rate UNION SELECT country, month_index FROM repeat_purchase_rate UNION SELECT country, month_index FROM marketable_customers UNION SELECT country, month_index FROM opt_out_rate
)
SELECT g.country, g.month_index,
  coalesce(active_customers.active_customers, 0) AS active_customers,
  coalesce(new_customers.new_customers, 0) AS new_customers,
  churn_rate.churn_rate,
  repeat_purchase_rate.repeat_purchase_rate,
  coalesce(marketable_customers.marketable_customers, 0) AS marketable_customers,
  opt_out_rate.opt_out_rate
FROM g
LEFT JOIN active_customers ON active_customers.country IS NOT DISTINCT FROM g.country AND active_customers.month_index = g.month_index
LEFT JOIN new_customers ON new_customers.country IS NOT DISTINCT FROM g.country AND new_customers.month_index = g.month_index
LEFT JOIN churn_rate ON churn_rate.country IS NOT DISTINCT FROM g.country AND churn_rate.month_index = g.month_index
LEFT JOIN repeat_purchase_rate ON repeat_purchase_rate.country IS NOT DISTINCT FROM g.country AND repeat_purchase_rate.month_index = g.month_index
LEFT JOIN marketable_customers ON marketable_customers.country IS NOT DISTINCT FROM g.country AND marketable_customers.month_index = g.month_index
LEFT JOIN opt_out_rate ON opt_out_rate.country IS NOT DISTINCT FROM g.country AND opt_out_rate.month_index = g.month_index
