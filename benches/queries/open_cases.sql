-- Cases open at the as-of date.
SELECT count(*) AS open_cases
FROM gold.service_case, gold.data_status
WHERE opened_on <= as_of_date
  AND (resolved_on IS NULL OR resolved_on > as_of_date OR (reopened_on <= as_of_date AND reopened_on >= resolved_on))
