-- What the platform's admins look at: how each maintenance task went, and each salon in figures (requirements C14, D8, E6).

-- Up Migration
-- One row for each run of a task that was no dry run: its report, for 400 days, so that a month can be compared with last year's.
CREATE TABLE maintenance_runs (
  task text NOT NULL CHECK (length(task) BETWEEN 1 AND 100),
  started_at timestamptz NOT NULL,
  duration_seconds double precision NOT NULL CHECK (duration_seconds >= 0),
  succeeded boolean NOT NULL,
  summary text NOT NULL,
  failures text[] NOT NULL,
  notes text[] NOT NULL,
  metrics jsonb NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (task, started_at)
);
ALTER TABLE maintenance_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE maintenance_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY operator ON maintenance_runs TO nailbook_owner, nailbook_maintenance USING (true);
CREATE POLICY shown ON maintenance_runs FOR SELECT TO nailbook_api USING (true);
GRANT SELECT ON maintenance_runs TO nailbook_api;
GRANT INSERT, DELETE ON maintenance_runs TO nailbook_maintenance;

-- Numbers only: what an admin may know of a salon without acting as it.
CREATE FUNCTION platform_merchant_figures(the_merchant bigint, at timestamptz,
  OUT staff integer, OUT services integer, OUT customers integer, OUT upcoming_bookings integer, OUT recent_bookings integer,
  OUT line_status text) RETURNS record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT (SELECT count(*)::integer FROM staff s WHERE s.merchant_id = the_merchant AND s.active),
         (SELECT count(*)::integer FROM services s WHERE s.merchant_id = the_merchant AND s.active),
         (SELECT count(*)::integer FROM customers c WHERE c.merchant_id = the_merchant AND c.erased_at IS NULL),
         (SELECT count(*)::integer FROM bookings b WHERE b.merchant_id = the_merchant AND b.starts_at > at
            AND b.status IN ('pending', 'confirmed')),
         (SELECT count(*)::integer FROM bookings b WHERE b.merchant_id = the_merchant AND b.starts_at <= at
            AND b.starts_at > at - interval '30 days' AND b.status IN ('pending', 'confirmed', 'completed', 'no_show')),
         (SELECT l.status FROM line_channels l WHERE l.merchant_id = the_merchant)
$$;
REVOKE ALL ON FUNCTION platform_merchant_figures(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform_merchant_figures(bigint, timestamptz) TO nailbook_api;

-- Down Migration
DROP FUNCTION platform_merchant_figures(bigint, timestamptz);
DROP TABLE maintenance_runs;
