-- Why a booking was decided as it was: one row a decision, written after the answer and in batches (requirement C7).

-- Up Migration
CREATE TABLE decision_insights (
  merchant_id bigint NOT NULL,
  -- UUID version 7: newer decisions have greater ids, so that the key serves the list too.
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  -- What was asked: create, hold, confirm, reschedule, cancel, complete, no_show.
  action text NOT NULL,
  -- What was answered: booked, changed, repeated, taken, refused, failed.
  outcome text NOT NULL,
  -- The problem's code, when it was not granted.
  code text,
  booking_id bigint,
  actor_role text NOT NULL,
  request_id text NOT NULL,
  duration_ms real NOT NULL,
  -- What the decision saw; json, because it is only ever read whole and costs a third less to write than jsonb.
  state json NOT NULL,
  PRIMARY KEY (merchant_id, id)
);
-- For their removal by age; rows arrive in the order of time, so a block range index is as good and next to free.
CREATE INDEX decision_insights_by_time ON decision_insights USING brin (at);

CALL protect_tenant_rows('decision_insights');

GRANT SELECT, INSERT ON decision_insights TO nailbook_api;
GRANT SELECT, DELETE ON decision_insights TO nailbook_maintenance;

-- Down Migration
DROP TABLE decision_insights;
