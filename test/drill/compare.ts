/** Says in what two states of the data differ. */
import type { Client } from 'pg';

/** Sentences on the differences; empty when both are the same. */
export function differences(expected: Map<string, string>, actual: Map<string, string>): string[] {
  const lost = [...expected.keys()].filter((id) => !actual.has(id));
  const extra = [...actual.keys()].filter((id) => !expected.has(id));
  const changed = [...expected].filter(([id, status]) => actual.has(id) && actual.get(id) !== status);
  return [
    ...say(lost, 'are missing'),
    ...say(extra, 'should not be there'),
    ...say(
      changed.map(([id]) => id),
      'have another status',
    ),
  ];
}

export async function statuses(client: Client, since: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; status: string }>(
    'SELECT id, status FROM bookings WHERE starts_at >= $1',
    [since],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Rows and a checksum over all of them, of every table. */
export async function fingerprints(client: Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  const result = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ print: string }>(
      `SELECT count(*) || ' rows, ' || md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) AS print FROM ${name} t`,
    );
    result.set(name, rows[0]?.print ?? '');
  }
  return result;
}

function say(ids: string[], what: string): string[] {
  return ids.length > 0 ? [`${ids.length} bookings ${what}, such as ${ids.slice(0, 3).join(', ')}`] : [];
}
