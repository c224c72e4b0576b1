/** Whether a database is whole: what the health report asks every day, and a restored copy is asked before it is called good. */
import type { ClientBase } from 'pg';

export interface Integrity {
  /** What is wrong, in words; empty when nothing is. */
  problems: string[];
  /** Name of the last migration. */
  schemaVersion: string;
}

const MAX_NAMED = 5;

/** Reads only. `now` is epoch milliseconds. */
export async function checkIntegrity(client: ClientBase, now: number): Promise<Integrity> {
  const problems = [
    ...(await constraint(client)),
    ...(await overlaps(client)),
    ...(await openTables(client)),
    ...(await doubles(client)),
    ...(await future(client, now)),
  ];
  const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY id DESC LIMIT 1');
  const schemaVersion = rows[0]?.name;
  if (schemaVersion === undefined) problems.push('No migration has run: schema_migrations is empty.');
  return { problems, schemaVersion: schemaVersion ?? 'none' };
}

/** The constraint that has the last word (requirement C2) must be there, valid, and as the migration made it. */
async function constraint(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ definition: string; valid: boolean }>(
    `SELECT pg_get_constraintdef(c.oid) AS definition, i.indisvalid AND i.indisready AS valid
     FROM pg_constraint c JOIN pg_index i ON i.indexrelid = c.conindid
     WHERE c.conname = 'no_overlap_bookings' AND c.conrelid = 'public.bookings'::regclass AND c.contype = 'x'`,
  );
  const [found] = rows;
  if (!found) return ['The constraint no_overlap_bookings is missing: bookings can overlap.'];
  if (!found.valid) return ['The index of no_overlap_bookings is not valid: bookings can overlap.'];
  return ['held', 'pending', 'confirmed', 'merchant_id', 'staff_id', 'busy_from', 'busy_to']
    .filter((part) => !found.definition.includes(part))
    .map((part) => `The constraint no_overlap_bookings no longer knows ${part}: ${found.definition}`);
}

/** What the constraint forbids, looked for in the rows themselves: neighbours in time are enough, as any overlap has one. */
async function overlaps(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ merchant_id: string; id: string; total: string }>(
    `SELECT merchant_id, id, count(*) OVER () AS total FROM (
       SELECT merchant_id, id, busy_from, max(busy_to) OVER (
         PARTITION BY merchant_id, staff_id ORDER BY busy_from, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_until
       FROM bookings WHERE status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in) b
     WHERE earlier_until > busy_from LIMIT ${MAX_NAMED}`,
  );
  if (rows.length === 0) return [];
  const named = rows.map(({ merchant_id, id }) => `${id} of merchant ${merchant_id}`).join(', ');
  return [`${rows[0]?.total} bookings overlap an earlier one of the same staff member, such as ${named}.`];
}

/** A table without forced row-level security shows every merchant's rows to every merchant (requirement C11). */
async function openTables(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
       AND relname NOT LIKE 'schema_migrations%' ORDER BY relname`,
  );
  return rows.map(({ name }) => `Row-level security is not forced on ${name}: one merchant can read another's rows.`);
}

async function doubles(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ total: string }>(
    'SELECT count(*) AS total FROM bookings JOIN bookings_archive USING (merchant_id, id) HAVING count(*) > 0',
  );
  return rows.map(({ total }) => `${total} bookings are both in bookings and in the archive.`);
}

/** A clock that ran ahead, or a copy that is not what it says it is. */
async function future(client: ClientBase, now: number): Promise<string[]> {
  const { rows } = await client.query<{ total: string }>(
    'SELECT count(*) AS total FROM bookings WHERE created_at > $1 HAVING count(*) > 0',
    [new Date(now + 5 * 60_000)],
  );
  return rows.map(({ total }) => `${total} bookings were created in the future: a clock is wrong.`);
}
