-- An answer counts for 90 days or until the next one.
WITH month AS (
  SELECT month_index, min(date) AS start_on, max(date) AS end_on, max(date) + 1 AS next_on
  FROM gold.calendar, gold.data_status WHERE date <= as_of_date GROUP BY month_index
), answer AS (
  SELECT customer_id, responded_on AS d, max(score) AS score FROM gold.survey_response
  WHERE lower(rtrim(survey_type)) = 'nps' AND score IS NOT NULL AND responded_on IS NOT NULL AND customer_id IS NOT NULL
  GROUP BY ALL
), span AS (
  SELECT customer_id, d + 1 AS a, least(d + 91, lead(d) OVER (PARTITION BY customer_id ORDER BY d) + 1) AS b,
    CASE WHEN score >= 9 THEN 1 WHEN score BETWEEN 0 AND 6 THEN -1 ELSE 0 END AS balance
  FROM answer
), step AS (
  SELECT nullif(lower(rtrim(c.country)), '') AS country, t.on_day, sum(t.n) AS n, sum(t.balance) AS balance
  FROM (SELECT customer_id, a AS on_day, 1 AS n, balance FROM span
    UNION ALL SELECT customer_id, b, -1, -balance FROM span) AS t
  JOIN gold.customer AS c ON c.customer_id = t.customer_id
  GROUP BY ALL
)
SELECT s.country, m.month_index, 100.0::DOUBLE * sum(s.balance) / nullif(sum(s.n), 0) AS net_promoter_score
FROM month AS m JOIN step AS s ON s.on_day <= m.next_on
GROUP BY ALL HAVING sum(s.n) <> 0
