-- Promoters less detractors among the latest answers of 90 days.
WITH answer AS (
  SELECT customer_id, arg_max(score, (responded_on, score)) AS score FROM gold.survey_response, gold.data_status
  WHERE lower(rtrim(survey_type)) = 'nps' AND score IS NOT NULL
    AND responded_on > as_of_date - 90 AND responded_on <= as_of_date
  GROUP BY customer_id
)
SELECT 100.0::DOUBLE * (count(CASE WHEN a.score >= 9 THEN 1 END) - count(CASE WHEN a.score BETWEEN 0 AND 6 THEN 1 END))
  / nullif(count(*), 0) AS net_promoter_score
FROM answer AS a JOIN gold.customer AS c ON c.customer_id = a.customer_id
