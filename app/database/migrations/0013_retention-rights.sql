-- Maintenance erases customers who have not come for years (requirement C15), and says so in the audit log.

-- Up Migration
GRANT INSERT ON audit_log TO nailbook_maintenance;

-- Down Migration
REVOKE INSERT ON audit_log FROM nailbook_maintenance;
