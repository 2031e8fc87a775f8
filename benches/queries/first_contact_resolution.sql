-- Of the cases resolved, those with one contact and not reopened within seven days.
SELECT count(CASE WHEN contact_count = 1 AND (reopened_on IS NULL OR reopened_on > resolved_on + 7) THEN 1 END)::DOUBLE
  / nullif(count(*), 0) AS first_contact_resolution
FROM gold.service_case, gold.data_status
WHERE resolved_on BETWEEN (SELECT min(date) FROM gold.calendar) AND as_of_date
