/** The SQL of the alerts. Nothing here belongs to a merchant: the tables hold figures of the whole platform. */

/** What the database says of itself. `line_backlog` is defined beside the outbox. */
export const LOOK_AT_DATABASE = {
  name: 'alerts-look-at-database',
  text: `
SELECT EXISTS (SELECT FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
               WHERE c.conname = 'no_overlap_bookings' AND c.conrelid = 'bookings'::regclass AND i.indisvalid AND i.indisready)
         AS "overlapGuard",
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS connections,
       (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - current_setting('reserved_connections')::int) AS "connectionsAllowed",
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0) FROM pg_stat_activity
        WHERE usename = current_user AND datname = current_database() AND state = 'active' AND pid <> pg_backend_pid())::float8
         AS "slowestSeconds",
       (SELECT oldest_seconds FROM line_backlog()) AS "outboxOldestSeconds"`,
};

export const ADD_SAMPLES = {
  name: 'alerts-add-samples',
  text: `
INSERT INTO task_samples (task_id, at, sample)
SELECT $1, (one ->> 'at')::timestamptz, one -> 'sample' FROM json_array_elements($2::json) one
ON CONFLICT DO NOTHING`,
};

export const READ_SAMPLES = {
  name: 'alerts-read-samples',
  text: `SELECT task_id AS "taskId", extract(epoch FROM at)::float8 * 1000 AS at, sample FROM task_samples WHERE at > $1`,
};

/** Old samples, and alerts that nobody asks for any more. */
export const FORGET = {
  name: 'alerts-forget',
  text: `WITH samples AS (DELETE FROM task_samples WHERE at <= $1) DELETE FROM alerts WHERE resolved_at <= $2`,
};

const ALERT = `id, name, severity, value, breached_since AS "breachedSince", fired_at AS "firedAt", calm_since AS "calmSince",
  resolved_at AS "resolvedAt", told_at AS "toldAt", acknowledged_at AS "acknowledgedAt", acknowledged_by AS "acknowledgedBy"`;

/** Those that are not over, those that ended after $1, and those of which somebody is still to be told. */
export const READ_ALERTS = {
  name: 'alerts-read',
  text: `
SELECT ${ALERT} FROM alerts WHERE resolved_at IS NULL OR resolved_at > $1
  OR id IN (SELECT alert_id FROM alert_messages WHERE sent_at IS NULL)`,
};

export const READ_ACTIVE_ALERTS = {
  name: 'alerts-read-active',
  text: `SELECT ${ALERT} FROM alerts WHERE resolved_at IS NULL AND fired_at IS NOT NULL ORDER BY severity, fired_at, name`,
};

export const READ_ALERT_HISTORY = {
  name: 'alerts-read-history',
  text: `SELECT ${ALERT} FROM alerts WHERE fired_at IS NOT NULL ORDER BY fired_at DESC, id LIMIT $1`,
};

/** Writes all of an alert but its acknowledgement, which belongs to whoever acknowledged it. */
export const WRITE_ALERTS = {
  name: 'alerts-write',
  text: `
INSERT INTO alerts (id, name, severity, value, breached_since, fired_at, calm_since, resolved_at, told_at)
SELECT id, name, severity, value, "breachedSince", "firedAt", "calmSince", "resolvedAt", "toldAt"
FROM json_to_recordset($1::json) AS a (id uuid, name text, severity text, value float8, "breachedSince" timestamptz,
  "firedAt" timestamptz, "calmSince" timestamptz, "resolvedAt" timestamptz, "toldAt" timestamptz)
ON CONFLICT (id) DO UPDATE SET (value, fired_at, calm_since, resolved_at, told_at) =
  ROW (excluded.value, excluded.fired_at, excluded.calm_since, excluded.resolved_at, excluded.told_at)`,
};

export const DROP_ALERTS = {
  name: 'alerts-drop',
  text: 'DELETE FROM alerts WHERE id = ANY ($1::uuid[]) AND fired_at IS NULL',
};

export const READ_MESSAGES = {
  name: 'alerts-read-messages',
  text: `
SELECT m.alert_id AS "alertId", m.event, m.receiver, m.created_at AS "createdAt", m.attempts, m.next_attempt_at AS "nextAttemptAt",
       m.sent_at AS "sentAt"
FROM alert_messages m WHERE m.sent_at IS NULL`,
};

export const WRITE_MESSAGES = {
  name: 'alerts-write-messages',
  text: `
INSERT INTO alert_messages (alert_id, event, receiver, created_at, attempts, next_attempt_at, sent_at)
SELECT "alertId", event, receiver, "createdAt", attempts, "nextAttemptAt", "sentAt"
FROM json_to_recordset($1::json) AS m ("alertId" uuid, event text, receiver text, "createdAt" timestamptz, attempts int,
  "nextAttemptAt" timestamptz, "sentAt" timestamptz)
ON CONFLICT (alert_id, event, receiver) DO UPDATE SET (attempts, next_attempt_at, sent_at) =
  ROW (excluded.attempts, excluded.next_attempt_at, excluded.sent_at)`,
};

/** The first acknowledgement stands. */
export const ACKNOWLEDGE = {
  name: 'alerts-acknowledge',
  text: `
UPDATE alerts SET acknowledged_at = coalesce(acknowledged_at, $2), acknowledged_by = coalesce(acknowledged_by, $3)
WHERE id = $1 AND fired_at IS NOT NULL RETURNING ${ALERT}`,
};

export const NOTE_ROUND = {
  name: 'alerts-note-round',
  text: `
INSERT INTO alert_rounds (task_id, at, judged_ms) VALUES ($1, $2, $3)
ON CONFLICT (one_row) DO UPDATE SET (task_id, at, judged_ms) = ROW (excluded.task_id, excluded.at, excluded.judged_ms)`,
};

export const READ_ROUND = {
  name: 'alerts-read-round',
  text: 'SELECT task_id AS "taskId", at, judged_ms AS "judgedMs" FROM alert_rounds',
};
