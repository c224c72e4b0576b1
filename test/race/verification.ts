/** Compares what the clients were told with what is in the table. */
import { COMPONENT_HEALTH_PATH } from '../../app/contract/api';
import type { Journal, Promised } from './journal';
import type { RacePlatform } from './platform';
import type { Race } from './scenario';

/** Something that must not have happened, and how often it did. */
export interface Finding {
  name: string;
  count: number;
  /** The first few, in words. */
  examples: string[];
}

const EXAMPLES = 3;

/** Pairs of neighbours: where any two overlap, two neighbours do, as each is compared with all that began before it. */
const OVERLAPS = `
SELECT merchant_id, staff_id, id, busy_from FROM (
  SELECT *, max(busy_to) OVER (PARTITION BY merchant_id, staff_id ORDER BY busy_from, id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until
  FROM bookings WHERE status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in) b
WHERE taken_until > busy_from`;

const UNAUDITED = `
SELECT id FROM bookings b WHERE squeezed_in AND NOT EXISTS (
  SELECT FROM audit_log a
  WHERE a.merchant_id = b.merchant_id AND a.subject_id = b.id::text AND a.action = 'booking.squeezed_in')`;

interface Row extends Promised {
  key: string | null;
}

interface Health {
  components: Record<string, { status: string; error_message: string | null }>;
}

/** Disturbances that met nothing to disturb: a race in which they did proves nothing. */
export function undisturbed({ journal, disturbed }: Race): Finding {
  const met: [name: string, times: number][] = disturbed
    ? [
        ['no hold expired', disturbed.expired],
        ['no request was lost with a killed process, or came while it was gone', journal.lost + journal.refused],
        ['nobody was told to come back', journal.busy],
        ['no connection pool was full', disturbed.fullestPool.waiting],
      ]
    : [];
  return finding(
    'disturbances that met nobody',
    met.filter(([, times]) => times === 0).map(([name]) => name),
  );
}

/** What the API processes still miss when everything is back; asked while they run. */
export async function unrecovered({ apis }: RacePlatform): Promise<Finding> {
  const missed = await Promise.all(
    apis.ports.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}${COMPONENT_HEALTH_PATH}`);
      const { components } = (await response.json()) as Health;
      return ['database', 'cache'].flatMap((name) => {
        const { status, error_message: message } = components[name] ?? { status: 'unknown', error_message: null };
        return status === 'healthy' ? [] : [`the API on port ${port}: ${name} is ${status}: ${message}`];
      });
    }),
  );
  return finding('components that an API process still misses at the end', missed.flat());
}

export async function verify(platform: RacePlatform, journal: Journal): Promise<Finding[]> {
  const overlaps = await platform.sql<{ id: string; staff_id: string; busy_from: Date }>(OVERLAPS);
  const rows = await platform.sql<{
    id: string;
    status: string;
    staff_id: string;
    starts_at: Date;
    squeezed_in: boolean;
    key: string | null;
  }>(
    `SELECT b.id, b.status, b.staff_id, b.starts_at, b.squeezed_in, l.idempotency_key AS key
     FROM bookings b LEFT JOIN booking_locks l ON l.merchant_id = b.merchant_id AND l.booking_id = b.id`,
  );
  const inTable = new Map(
    rows.map(({ id, status, staff_id: staffId, starts_at: startsAt, squeezed_in: squeezedIn, key }): [string, Row] => [
      id,
      { id, status, staffId, startsAt: startsAt.toISOString(), squeezedIn, key },
    ]),
  );
  const unaudited = await platform.sql<{ id: string }>(UNAUDITED);
  return [
    finding(
      'overlapping bookings of one staff member',
      overlaps.map(
        ({ id, staff_id: staffId, busy_from: from }) => `booking ${id} of staff ${staffId} at ${from.toISOString()}`,
      ),
    ),
    finding('acknowledged, but not in the table', missing(journal, inTable)),
    finding('acknowledged, but otherwise in the table', different(journal, inTable)),
    finding(
      'keys answered with several bookings',
      [...journal.idsByKey].filter(([, ids]) => ids.size > 1).map(([key, ids]) => `${key}: ${[...ids].join(', ')}`),
    ),
    finding('in the table, but nobody was told', unknown(journal, inTable)),
    finding('answers that nobody should get (5xx, time-outs, refusals)', journal.faults),
    finding('confirmed, though the hold had expired', journal.revived),
    finding(
      'squeezed in without an entry in the audit log',
      unaudited.map(({ id }) => `booking ${id}`),
    ),
    finding('API processes that ended by themselves', platform.apis.surprises),
    { name: 'deadlocks that PostgreSQL wrote down', count: platform.deadlocks(), examples: [] },
  ];
}

function missing(journal: Journal, inTable: ReadonlyMap<string, Row>): string[] {
  return [...journal.entries.values()]
    .filter(
      ({ promised, mayBeGone, uncertain }) =>
        !inTable.has(promised.id) && !(promised.status === 'held' && mayBeGone) && !uncertain,
    )
    .map(({ promised }) => describe(promised));
}

function different(journal: Journal, inTable: ReadonlyMap<string, Row>): string[] {
  return [...journal.entries.values()].flatMap(({ promised, uncertain }) => {
    const row = inTable.get(promised.id);
    return !row || uncertain || describe(row) === describe(promised)
      ? []
      : [`${describe(promised)} is ${describe(row)}`];
  });
}

function unknown(journal: Journal, inTable: ReadonlyMap<string, Row>): string[] {
  return [...inTable.values()]
    .filter(({ id, key }) => !journal.entries.has(id) && !(key !== null && journal.uncertainKeys.has(key)))
    .map((row) => `${describe(row)} under key ${row.key ?? 'none'}`);
}

function describe({ id, status, staffId, startsAt, squeezedIn }: Promised): string {
  return `booking ${id} ${status} with ${staffId} at ${startsAt}${squeezedIn ? ', squeezed in' : ''}`;
}

function finding(name: string, all: string[]): Finding {
  return { name, count: all.length, examples: all.slice(0, EXAMPLES) };
}
