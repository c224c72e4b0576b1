-- Alerts (requirement C6): what the tasks count, what is breached, and whom it was told. All of it is about the platform as a whole.

-- Up Migration
-- What each task counted between two looks, 30 s apart; read for 15 minutes, then removed.
CREATE TABLE task_samples (
  task_id uuid NOT NULL,
  at timestamptz NOT NULL,
  sample json NOT NULL,
  PRIMARY KEY (at, task_id)
);

CREATE TABLE alerts (
  id uuid PRIMARY KEY,
  -- Of the service level.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  severity text NOT NULL CHECK (severity IN ('P0', 'P1', 'P2', 'P3')),
  value double precision NOT NULL,
  breached_since timestamptz NOT NULL,
  -- NULL: breached, but not yet for long enough.
  fired_at timestamptz,
  calm_since timestamptz,
  resolved_at timestamptz CHECK (resolved_at IS NULL OR fired_at IS NOT NULL),
  told_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
-- One at a time, whoever judges: two leaders, for a moment, cannot raise it twice.
CREATE UNIQUE INDEX alerts_open ON alerts (name) WHERE resolved_at IS NULL;
CREATE INDEX alerts_by_time ON alerts (fired_at);

-- One message for each change of an alert and each receiver; a receiver that is down is tried until it is back.
CREATE TABLE alert_messages (
  alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  event text NOT NULL CHECK (event IN ('fired', 'resolved')),
  receiver text NOT NULL CHECK (receiver IN ('webhook', 'slack')),
  created_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (alert_id, event, receiver)
);
CREATE INDEX alert_messages_unsent ON alert_messages (next_attempt_at) WHERE sent_at IS NULL;

-- Who judged last, and when: an empty list of alerts says nothing if nobody looked.
CREATE TABLE alert_rounds (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  task_id uuid NOT NULL,
  at timestamptz NOT NULL,
  judged_ms double precision NOT NULL
);

-- Nobody's rows, so everybody's; under row-level security like every table.
-- Accepted hidden-statements: policies of the tables made above.
DO $$
DECLARE target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['task_samples', 'alerts', 'alert_messages', 'alert_rounds'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY everybody ON %I USING (true)', target);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON task_samples, alerts, alert_messages, alert_rounds TO nailbook_api;

-- Down Migration
DROP TABLE alert_rounds, alert_messages, alerts, task_samples;
