/** The SQL of what maintenance has found. The tasks write it (lambda/maintenance/database/record-run.ts); nothing here is a merchant's. */

/** The last run of each task, and when it last succeeded. */
export const READ_LAST_RUNS = {
  name: 'maintenance-last-runs',
  text: `
SELECT DISTINCT ON (task) task, started_at AS "startedAt", duration_seconds AS "durationSeconds", succeeded, summary, failures, notes,
       max(started_at) FILTER (WHERE succeeded) OVER (PARTITION BY task) AS "lastSuccessAt"
FROM maintenance_runs ORDER BY task, started_at DESC`,
};

/** The newest capacity report that got as far as its figures. */
export const READ_CAPACITY = {
  name: 'maintenance-capacity',
  text: `
SELECT started_at AS at, failures, notes, details -> 'growth' AS growth FROM maintenance_runs
WHERE task = 'capacity-report' AND details ? 'growth' ORDER BY started_at DESC LIMIT 1`,
};

/** What the health reports after $1 measured, the newest first. */
export const READ_CONDITIONS = {
  name: 'maintenance-conditions',
  text: `
SELECT started_at AS at, details AS condition FROM maintenance_runs
WHERE task = 'health-report' AND details ? 'databaseBytes' AND started_at > $1 ORDER BY started_at DESC`,
};
