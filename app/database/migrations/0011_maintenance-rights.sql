-- What `nailbook_maintenance` may do to every table, those of later migrations too: VACUUM, ANALYZE, REINDEX, and read for a dump.

-- Up Migration
-- MAINTAIN (PostgreSQL 17) is enough for the upkeep; nobody has to own the tables or be a superuser for it.
GRANT SELECT, MAINTAIN ON ALL TABLES IN SCHEMA public TO nailbook_maintenance;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO nailbook_maintenance;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, MAINTAIN ON TABLES TO nailbook_maintenance;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO nailbook_maintenance;

-- A dump holds what its role sees: without a policy of its own this table would be empty in it.
CREATE POLICY dump ON reminder_progress FOR SELECT TO nailbook_maintenance USING (true);

-- A REINDEX CONCURRENTLY that was ended half-way leaves an invalid copy of the index behind, which every write still has to keep. Only
-- the owner may drop an index; this drops nothing else. False: somebody is working on the table right now.
CREATE FUNCTION drop_unfinished_index(target regclass) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE belongs_to regclass;
BEGIN
  SELECT i.indrelid INTO belongs_to FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indexrelid = target AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND c.relowner = 'nailbook_owner'::regrole;
  IF belongs_to IS NULL THEN
    RAISE EXCEPTION '% is no unfinished copy of an index', target USING ERRCODE = 'wrong_object_type';
  END IF;
  -- A rebuild that still runs holds this lock; so does a vacuum. Waiting for it would hold up every statement behind this one.
  IF EXISTS (SELECT FROM pg_locks WHERE relation = belongs_to AND mode = 'ShareUpdateExclusiveLock'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP INDEX %s', target);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
REVOKE ALL ON FUNCTION drop_unfinished_index(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_unfinished_index(regclass) TO nailbook_maintenance;

-- Down Migration
DROP FUNCTION drop_unfinished_index(regclass);
DROP POLICY dump ON reminder_progress;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, MAINTAIN ON TABLES FROM nailbook_maintenance;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON SEQUENCES FROM nailbook_maintenance;
REVOKE MAINTAIN ON ALL TABLES IN SCHEMA public FROM nailbook_maintenance;
REVOKE SELECT ON ALL SEQUENCES IN SCHEMA public FROM nailbook_maintenance;
REVOKE SELECT ON schema_migrations, accounts, line_channels, reminder_progress, replication_heartbeat FROM nailbook_maintenance;
