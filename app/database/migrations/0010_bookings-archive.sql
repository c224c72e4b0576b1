-- The archive of bookings completed over a year ago (requirement D3).

-- Up Migration
-- The columns of `bookings`, without its guard: what is past cannot be double-booked. A new column of `bookings` is added here in the
-- same migration; the task that archives refuses to move anything until it is.
CREATE TABLE bookings_archive (
  LIKE bookings,
  archived_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (merchant_id, id),
  FOREIGN KEY (merchant_id, staff_id) REFERENCES staff,
  FOREIGN KEY (merchant_id, customer_id) REFERENCES customers,
  CHECK (status = 'completed')
);
CREATE INDEX bookings_archive_by_customer ON bookings_archive (merchant_id, customer_id, starts_at);

-- Finds what is to archive, and the rows of one batch, without reading the rest of the table.
-- Accepted require-concurrent-index-creation: before the first release the table is empty.
CREATE INDEX bookings_completed_by_end ON bookings (ends_at) WHERE status = 'completed';

CALL protect_tenant_rows('bookings_archive');
GRANT SELECT ON bookings_archive TO nailbook_api;
GRANT SELECT, INSERT, DELETE ON bookings_archive TO nailbook_maintenance;

-- Down Migration
-- What was archived goes back first: going down loses no booking.
DO $$
DECLARE columns text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
  FROM pg_attribute WHERE attrelid = 'bookings'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  EXECUTE format('INSERT INTO bookings (%1$s) SELECT %1$s FROM bookings_archive', columns);
END $$;
DROP TABLE bookings_archive;
DROP INDEX bookings_completed_by_end;
