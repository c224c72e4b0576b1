-- LINE: the merchants' channels, the inbox of webhook events, the outbox's retries and the log of every message.

-- Up Migration

-- A merchant's own LINE channel. Several merchants (one owner's salons) may share a channel; LINE has confirmed each one's secret.
CREATE TABLE line_channels (
  merchant_id bigint PRIMARY KEY REFERENCES merchants,
  channel_id text NOT NULL CHECK (channel_id ~ '^[0-9]{1,20}$'),
  -- The LINE Login or MINI App channel of the same provider, to which customers' ID tokens are issued.
  login_channel_id text NOT NULL CHECK (login_channel_id ~ '^[0-9]{1,20}$'),
  -- The channel's own user id, which webhooks name as their destination.
  bot_user_id text NOT NULL,
  -- AES-256-GCM under a data key of its own, which the key of KMS encrypts (app/line/credentials.ts).
  sealed_secret bytea NOT NULL,
  sealed_key bytea NOT NULL,
  status text NOT NULL DEFAULT 'ok' CHECK (status IN ('ok', 'credentials_refused', 'quota_exhausted')),
  status_since timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX line_channels_by_channel ON line_channels (channel_id);

-- Webhook events to work on, and for some days those worked on, so that a redelivery is known (it keeps its id).
CREATE TABLE line_inbox (
  merchant_id bigint NOT NULL REFERENCES merchants,
  webhook_event_id text NOT NULL CHECK (length(webhook_event_id) BETWEEN 1 AND 64),
  type text NOT NULL CHECK (type IN ('follow', 'unfollow')),
  line_user_id text NOT NULL CHECK (length(line_user_id) BETWEEN 1 AND 64),
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  PRIMARY KEY (merchant_id, webhook_event_id)
);
CREATE INDEX line_inbox_waiting ON line_inbox (received_at) WHERE processed_at IS NULL;

-- Whether LINE delivers to the customer: no after an unfollow (a block), yes after a follow; the last event by LINE's clock counts.
ALTER TABLE customers
  ADD COLUMN line_reachable boolean NOT NULL DEFAULT true,
  ADD COLUMN line_reachable_at timestamptz,
  -- NULL is the salon's language.
  ADD COLUMN language text CHECK (language IN ('zh-TW', 'en'));
-- Accepted require-concurrent-index-creation: before the first release the table is empty.
CREATE INDEX customers_by_line_user ON customers (line_user_id);

ALTER TABLE merchants
  ADD COLUMN language text NOT NULL DEFAULT 'zh-TW' CHECK (language IN ('zh-TW', 'en')),
  -- How long before a visit to remind of it; empty is never.
  ADD COLUMN reminder_minutes integer[] NOT NULL DEFAULT '{1440,120}'
    CHECK (cardinality(reminder_minutes) <= 4 AND 15 <= ALL (reminder_minutes) AND 20160 >= ALL (reminder_minutes));

-- The outbox holds what is still to send. A worker that takes a message moves due_at into the future and counts an attempt: if it
-- dies, the message is due again by itself, and whoever took an older attempt can no longer decide it.
-- Accepted adding-field-with-default: the outbox holds the messages of some seconds.
ALTER TABLE outbox
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
  -- LINE accepts one message a key, however often it is sent.
  ADD COLUMN retry_key uuid NOT NULL DEFAULT gen_random_uuid(),
  -- A retry key is valid for 24 hours from here.
  ADD COLUMN first_attempt_at timestamptz,
  -- Reminders only: the start that they remind of. If the booking moves, the reminder of the old start is not sent.
  ADD COLUMN visit_starts_at timestamptz;
GRANT USAGE ON SEQUENCE outbox_id_seq TO nailbook_api;
-- Rows live for seconds: without this their remains would slow the search for due rows until a fifth of a large table is dead.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What became of every message, without its text. The id is that of its outbox row.
CREATE TABLE notification_logs (
  merchant_id bigint NOT NULL,
  id bigint NOT NULL,
  booking_id bigint NOT NULL,
  customer_id bigint NOT NULL,
  kind text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'retrying', 'sent', 'skipped', 'failed')),
  -- Why it was skipped, failed or has to be tried again.
  error_reason text,
  attempts smallint NOT NULL DEFAULT 0,
  visit_starts_at timestamptz,
  created_at timestamptz NOT NULL,
  first_attempt_at timestamptz,
  last_attempt_at timestamptz,
  PRIMARY KEY (merchant_id, id),
  CHECK ((error_reason IS NULL) = (status IN ('queued', 'sent')))
);
CREATE INDEX notification_logs_by_booking ON notification_logs (merchant_id, booking_id);
-- A reminder is planned once, whatever runs at once and however often.
CREATE UNIQUE INDEX notification_logs_reminders ON notification_logs (merchant_id, booking_id, kind, visit_starts_at)
  WHERE visit_starts_at IS NOT NULL;

CALL protect_tenant_rows('line_channels');
CALL protect_tenant_rows('line_inbox');
CALL protect_tenant_rows('notification_logs');
GRANT SELECT, INSERT, UPDATE, DELETE ON line_channels, line_inbox, notification_logs TO nailbook_api;
GRANT SELECT, DELETE ON line_inbox, notification_logs TO nailbook_maintenance;

-- How far reminders are planned: every reminder that was due until then. One row of the whole platform, which the API reaches only
-- through the functions below.
CREATE TABLE reminder_progress (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  planned_until timestamptz NOT NULL,
  leased_until timestamptz NOT NULL DEFAULT '-infinity'
);
ALTER TABLE reminder_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY operator ON reminder_progress TO nailbook_owner USING (true);

-- The workers' view across merchants: each function says which merchants have something to do, never what; the work itself is done
-- as those merchants, under row-level security.

CREATE FUNCTION merchants_with_due_messages(max_messages integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT merchant_id FROM (SELECT merchant_id FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT max_messages) due
$$;

CREATE FUNCTION merchants_with_line_events(max_events integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT merchant_id
  FROM (SELECT merchant_id FROM line_inbox WHERE processed_at IS NULL ORDER BY received_at LIMIT max_events) waiting
$$;

CREATE FUNCTION merchants_of_line_channel(channel text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT merchant_id FROM line_channels WHERE channel_id = channel
$$;

-- Who knows these LINE users through the platform's own channel.
CREATE FUNCTION merchants_of_platform_users(line_user_ids text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT merchant_id FROM customers c
  WHERE line_user_id = ANY (line_user_ids) AND NOT EXISTS (SELECT FROM line_channels l WHERE l.merchant_id = c.merchant_id)
$$;

-- Merchants with a reminder that fell due in (since, until]. LIMIT keeps each search a range of the index; as a plain join it would
-- read every booking of the merchant.
CREATE FUNCTION merchants_with_due_reminders(since timestamptz, until timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT m.id FROM merchants m CROSS JOIN LATERAL unnest(m.reminder_minutes) AS minutes CROSS JOIN LATERAL (
    SELECT FROM bookings b WHERE b.merchant_id = m.id AND b.status = 'confirmed'
      AND b.starts_at > since + minutes * interval '1 minute' AND b.starts_at <= until + minutes * interval '1 minute' LIMIT 1) due
$$;

-- Takes the planning of reminders until a moment: returns where it has to start, or NULL when somebody else is at it.
CREATE FUNCTION lease_reminder_planning(until timestamptz, lease interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  INSERT INTO reminder_progress (planned_until) VALUES (until) ON CONFLICT DO NOTHING;
  UPDATE reminder_progress SET leased_until = clock_timestamp() + lease
  WHERE leased_until <= clock_timestamp() AND planned_until < until
  RETURNING planned_until INTO since;
  RETURN since;
END $$;

CREATE FUNCTION finish_reminder_planning(until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE reminder_progress SET planned_until = greatest(planned_until, until), leased_until = '-infinity'
$$;

-- For metrics and health: how many messages wait (due, or tried in vain), for how long the oldest of them, and how many channels do not work.
CREATE FUNCTION line_backlog(OUT messages_waiting bigint, OUT oldest_seconds double precision,
                             OUT channels_refused bigint, OUT channels_exhausted bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.waiting, coalesce(o.oldest, 0), c.refused, c.exhausted
  FROM (SELECT count(*) FILTER (WHERE due_at <= now() OR attempts > 0) AS waiting,
               extract(epoch FROM now() - min(created_at) FILTER (WHERE due_at <= now() OR attempts > 0))::float8 AS oldest
        FROM outbox) o,
       (SELECT count(*) FILTER (WHERE status = 'credentials_refused') AS refused,
               count(*) FILTER (WHERE status = 'quota_exhausted') AS exhausted FROM line_channels) c
$$;

REVOKE ALL ON FUNCTION merchants_with_due_messages(integer), merchants_with_line_events(integer), merchants_of_line_channel(text),
  merchants_of_platform_users(text[]), merchants_with_due_reminders(timestamptz, timestamptz),
  lease_reminder_planning(timestamptz, interval), finish_reminder_planning(timestamptz), line_backlog() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION merchants_with_due_messages(integer), merchants_with_line_events(integer), merchants_of_line_channel(text),
  merchants_of_platform_users(text[]), merchants_with_due_reminders(timestamptz, timestamptz),
  lease_reminder_planning(timestamptz, interval), finish_reminder_planning(timestamptz), line_backlog() TO nailbook_api;

-- Down Migration
DROP FUNCTION merchants_with_due_messages(integer), merchants_with_line_events(integer), merchants_of_line_channel(text),
  merchants_of_platform_users(text[]), merchants_with_due_reminders(timestamptz, timestamptz),
  lease_reminder_planning(timestamptz, interval), finish_reminder_planning(timestamptz), line_backlog();
DROP TABLE reminder_progress, notification_logs, line_inbox, line_channels;
ALTER TABLE outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
REVOKE USAGE ON SEQUENCE outbox_id_seq FROM nailbook_api;
ALTER TABLE outbox DROP COLUMN created_at, DROP COLUMN retry_key, DROP COLUMN first_attempt_at, DROP COLUMN visit_starts_at;
ALTER TABLE merchants DROP COLUMN language, DROP COLUMN reminder_minutes;
DROP INDEX customers_by_line_user;
ALTER TABLE customers DROP COLUMN line_reachable, DROP COLUMN line_reachable_at, DROP COLUMN language;
