-- How large each index was when it was last built anew, and how long that took: its waste today, and the time that the next rebuild
-- takes, are measured from it (requirement D4).

-- Up Migration
CREATE TABLE index_sizes (
  index_name text PRIMARY KEY,
  fresh_bytes bigint NOT NULL CHECK (fresh_bytes > 0),
  fresh_rows bigint NOT NULL CHECK (fresh_rows >= 0),
  build_ms double precision NOT NULL CHECK (build_ms >= 0),
  built_at timestamptz NOT NULL
);
ALTER TABLE index_sizes ENABLE ROW LEVEL SECURITY;
ALTER TABLE index_sizes FORCE ROW LEVEL SECURITY;
CREATE POLICY operator ON index_sizes TO nailbook_owner, nailbook_maintenance USING (true);
GRANT INSERT, UPDATE ON index_sizes TO nailbook_maintenance;

-- Down Migration
DROP TABLE index_sizes;
