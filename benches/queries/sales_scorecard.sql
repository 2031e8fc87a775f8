-- The best query of each metric, joined on country and month.
WITH net_revenue AS (
  WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
  SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index, sum(i.net_amount) AS net_revenue
  FROM gold.invoice AS i
  JOIN day AS k ON k.date = i.invoice_date
  LEFT JOIN gold.customer AS c ON c.customer_id = i.customer_id
  WHERE lower(rtrim(i.status)) = 'posted'
  GROUP BY ALL
), average_order_value AS (
  WITH day AS (SELECT date, month_index FROM gold.calendar, gold.data_status WHERE date <= as_of_date)
  SELECT nullif(lower(rtrim(c.country)), '') AS country, k.month_index,
    sum(l.net_amount)::DOUBLE / nullif(count(DISTINCT l.order_id), 0) AS average_order_value
  FROM gold.order_line AS l
  JOIN day AS k ON k.date = l.order_date
  LEFT JOIN gold.customer AS c ON c.customer_id = l.customer_id
  WHERE lower(rtrim(l.status)) = 'completed'
  GROUP BY ALL
), customer_lifetime_value AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), person AS (
    SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
      c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
    FROM gold.customer AS c
    WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
      AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
  ), line AS (
    SELECT customer_id, order_date AS d, sum(net_amount - cost_amount) AS margin FROM gold.order_line
    WHERE lower(rtrim(status)) = 'completed' AND cost_amount IS NOT NULL AND customer_id IS NOT NULL
    GROUP BY ALL
  ), entry AS (
    SELECT p.country, p.customer_id, greatest(l.d + 1, p.since) AS a, p.until AS b, l.margin,
      CASE WHEN row_number() OVER (PARTITION BY l.customer_id ORDER BY l.d) = 1 THEN 1 ELSE 0 END AS n
    FROM line AS l JOIN person AS p ON p.customer_id = l.customer_id
    WHERE l.d + 1 < p.until
  ), step AS (
    SELECT country, a AS on_day, sum(n) AS n, sum(margin) AS margin FROM entry GROUP BY ALL
    UNION ALL SELECT country, b, -sum(n), -sum(margin) FROM entry GROUP BY ALL
  )
  SELECT s.country, m.month_index, sum(s.margin)::DOUBLE / nullif(sum(s.n), 0) AS customer_lifetime_value
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  GROUP BY ALL HAVING sum(s.n) <> 0
), cross_sell_rate AS (
  WITH month AS (
    SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
    FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
  ), person AS (
    SELECT c.customer_id, nullif(lower(rtrim(c.country)), '') AS country,
      c.customer_since + 1 AS since, coalesce(c.closed_on + 1, DATE '9999-01-01') AS until
    FROM gold.customer AS c
    WHERE c.is_test = false AND c.erased_on IS NULL AND lower(rtrim(c.status)) NOT IN ('prospect', 'merged', '')
      AND (c.closed_on IS NULL OR c.closed_on > c.customer_since)
  ), line AS (
    SELECT l.customer_id, p.category, l.order_date AS d
    FROM gold.order_line AS l
    LEFT JOIN (SELECT product_id, nullif(lower(rtrim(category)), '') AS category FROM gold.product) AS p
      ON p.product_id = l.product_id
    WHERE lower(rtrim(l.status)) = 'completed' AND l.customer_id IS NOT NULL
    GROUP BY ALL
  ), span AS (
    SELECT customer_id, d + 1 AS a, CASE WHEN (((d + 1 + INTERVAL 12 MONTH)::DATE) - INTERVAL 12 MONTH)::DATE = d + 1
        THEN (d + 1 + INTERVAL 12 MONTH)::DATE ELSE (d + 1 + INTERVAL 12 MONTH)::DATE + 1 END AS b,
      CASE WHEN category IS NOT NULL THEN 1 ELSE 0 END AS named, CASE WHEN (((d + 1 + INTERVAL 24 MONTH)::DATE) - INTERVAL 24 MONTH)::DATE = d + 1
        THEN (d + 1 + INTERVAL 24 MONTH)::DATE ELSE (d + 1 + INTERVAL 24 MONTH)::DATE + 1 END AS c,
      lead(d) OVER (PARTITION BY customer_id, category ORDER BY d) + 1 AS following
    FROM line
  ), turn AS (
    SELECT customer_id, a AS on_day, 1 AS active, named AS kinds FROM span
    UNION ALL SELECT customer_id, b, -1, 0 FROM span
    UNION ALL SELECT customer_id, least(c, following), 0, -named FROM span
    UNION ALL SELECT customer_id, start_date + 1, 1, 0 FROM gold.subscription WHERE end_date IS NULL OR end_date > start_date
    UNION ALL SELECT customer_id, end_date + 1, -1, 0 FROM gold.subscription WHERE end_date > start_date
  ), state AS (
    SELECT customer_id, on_day, lead(on_day) OVER w AS until, sum(active) OVER w AS active, sum(kinds) OVER w AS kinds
    FROM turn
    WINDOW w AS (PARTITION BY customer_id ORDER BY on_day ROWS UNBOUNDED PRECEDING)
  ), stay AS (
    SELECT p.country, greatest(s.on_day, p.since) AS a, least(s.until, p.until) AS b,
      CASE WHEN s.kinds >= 2 THEN 1 ELSE 0 END AS crossed
    FROM state AS s JOIN person AS p ON p.customer_id = s.customer_id
    WHERE s.active > 0 AND greatest(s.on_day, p.since) < least(coalesce(s.until, p.until), p.until)
  ), step AS (
    SELECT country, a AS on_day, count(*) AS base, sum(crossed) AS crossed FROM stay GROUP BY ALL
    UNION ALL SELECT country, b, -count(*), -sum(crossed) FROM stay GROUP BY ALL
  )
  SELECT s.country, m.month_index, sum(s.crossed)::DOUBLE / nullif(sum(s.base), 0) AS cross_sell_rate
  FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
  GROUP BY ALL HAVING sum(s.base) <> 0
), campaign_response_rate AS (
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
), g AS (
  SELECT country, month_index FROM net_revenue UNION SELECT country, month_index FROM average_order_value UNION SELECT country, month_index FROM customer_lifetime_value UNION SELECT country, month_index FROM cross_sell_rate UNION SELECT country, month_index FROM campaign_response_rate
)
SELECT g.country, g.month_index,
  coalesce(net_revenue.net_revenue, 0) AS net_revenue,
  average_order_value.average_order_value,
  customer_lifetime_value.customer_lifetime_value,
  cross_sell_rate.cross_sell_rate,
  campaign_response_rate.campaign_response_rate
FROM g
LEFT JOIN net_revenue ON net_revenue.country IS NOT DISTINCT FROM g.country AND net_revenue.month_index = g.month_index
LEFT JOIN average_order_value ON average_order_value.country IS NOT DISTINCT FROM g.country AND average_order_value.month_index = g.month_index
LEFT JOIN customer_lifetime_value ON customer_lifetime_value.country IS NOT DISTINCT FROM g.country AND customer_lifetime_value.month_index = g.month_index
LEFT JOIN cross_sell_rate ON cross_sell_rate.country IS NOT DISTINCT FROM g.country AND cross_sell_rate.month_index = g.month_index
LEFT JOIN campaign_response_rate ON campaign_response_rate.country IS NOT DISTINCT FROM g.country AND campaign_response_rate.month_index = g.month_index
