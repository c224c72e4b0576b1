-- What staff members are busy with at a time. Under row-level security the constraint's own index finds the staff member but not the time: `&&`
-- may leak what it compares, so PostgreSQL asks it only of rows that the policy has passed. Comparisons of instants leak nothing.

-- Up Migration
-- Accepted require-concurrent-index-creation: before the first release the table is empty.
CREATE INDEX bookings_by_staff ON bookings (merchant_id, staff_id, busy_from)
  WHERE status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in;

-- Down Migration
-- Accepted require-concurrent-index-deletion: going down happens while nobody books.
DROP INDEX bookings_by_staff;
