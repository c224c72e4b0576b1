-- A time that the primary writes every few seconds: what a replica shows of it says how far behind it is, on RDS as on Aurora
-- (requirement C9). The primary's own statistics know nothing of a replica that has lost its way, a replica's nothing of a quiet primary.

-- Up Migration
CREATE TABLE replication_heartbeat (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  at timestamptz NOT NULL
);
INSERT INTO replication_heartbeat (at) VALUES (now());

-- Nobody's rows, so everybody's; under row-level security like every table.
ALTER TABLE replication_heartbeat ENABLE ROW LEVEL SECURITY;
ALTER TABLE replication_heartbeat FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON replication_heartbeat USING (true);
GRANT SELECT, UPDATE ON replication_heartbeat TO nailbook_api;

-- Down Migration
DROP TABLE replication_heartbeat;
