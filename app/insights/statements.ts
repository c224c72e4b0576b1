/** The SQL of decision insights, as named (prepared) statements. */

/** $1: the rows as one JSON array, which costs half of what twelve arrays do; a batch that was written already is left as it is. */
export const WRITE_INSIGHTS = {
  name: 'write-insights',
  text: `
INSERT INTO decision_insights (merchant_id, id, at, action, outcome, code, booking_id, actor_role, request_id, duration_ms, state)
SELECT merchant_id, id, at, action, outcome, code, booking_id, actor_role, request_id, duration_ms, state
FROM json_to_recordset($1) AS row (merchant_id bigint, id uuid, at timestamptz, action text, outcome text, code text,
  booking_id bigint, actor_role text, request_id text, duration_ms real, state json)
ON CONFLICT (merchant_id, id) DO NOTHING`,
};

/** The transaction does not wait for the disk: a crash of the server may cost the last moment's insights, and never a booking. */
export const COMMIT_SOON = { name: 'commit-soon', text: "SELECT set_config('synchronous_commit', 'off', true)" };

const COLUMNS = 'id, at, action, outcome, code, booking_id, actor_role, request_id, duration_ms, state';

export const READ_INSIGHT = {
  name: 'read-insight',
  text: `SELECT ${COLUMNS} FROM decision_insights WHERE merchant_id = $1 AND id = $2`,
};

/** Newest first; outcome ($2) may be NULL; the page starts after the id $3 when it is given. */
export const LIST_INSIGHTS = {
  name: 'list-insights',
  text: `
SELECT ${COLUMNS} FROM decision_insights
WHERE merchant_id = $1 AND ($2::text IS NULL OR outcome = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4`,
};
