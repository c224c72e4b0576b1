/** What customers had of a release: how many attempts failed, in all and while green had traffic, and whether a booking was lost. */
import type { Attempt } from './customers';
import type { Shift } from './control-plane';
import type { Stage } from './stage';

export interface Share {
  attempts: number;
  failed: number;
  /** Answered after more than a second. */
  slow: number;
  /** Of those that failed, how often which status; 0 is no answer. */
  statuses: Record<number, number>;
}

export interface Figures {
  whole: Share;
  /** Under way while green had production traffic. */
  onGreen: Share;
  /** Once all of it was on blue again. */
  afterwards: Share;
  /** How long that was, in seconds of real time. */
  onGreenSeconds: number;
  acknowledged: number;
  /** Acknowledged, and not in the table as they were acknowledged; in words. */
  lost: string[];
  /** In the table under the key of an attempt that was told otherwise; in words. */
  unknown: string[];
}

const SLOW_MS = 1_000;

/** Of these attempts and shifts; `green`: the target group of the release. */
export async function readFigures(
  sql: Stage['sql'],
  { attempts, shifts, green }: { attempts: readonly Attempt[]; shifts: readonly Shift[]; green: string },
): Promise<Figures> {
  const window = onGreen(shifts, green);
  const meanwhile = window
    ? attempts.filter(({ at, milliseconds }) => at + milliseconds >= window.from && at < window.to)
    : [];
  const lastAt = attempts.at(-1)?.at ?? 0;
  const rows = await sql<{ id: string; staff_id: string; starts_at: Date; status: string; key: string | null }>(
    `SELECT b.id, b.staff_id, b.starts_at, b.status, l.idempotency_key AS key
     FROM bookings b LEFT JOIN booking_locks l ON l.merchant_id = b.merchant_id AND l.booking_id = b.id WHERE b.merchant_id = 1`,
  );
  const kept = new Map(rows.map((row) => [row.id, row]));
  const acknowledged = attempts.filter(({ id }) => id !== null);
  const idOf = new Map(acknowledged.map(({ key, id }) => [key, id]));
  return {
    whole: shareOf(attempts),
    onGreen: shareOf(meanwhile),
    afterwards: shareOf(window ? attempts.filter(({ at }) => at >= window.to) : []),
    onGreenSeconds: window ? (Math.min(window.to, lastAt) - window.from) / 1000 : 0,
    acknowledged: acknowledged.length,
    lost: acknowledged.flatMap(({ id, staffId, startsAt }) => {
      const row = kept.get(id ?? '');
      const asTold =
        row && row.staff_id === staffId && row.starts_at.toISOString() === startsAt && row.status === 'confirmed';
      return asTold ? [] : [`booking ${id} of staff ${staffId} at ${startsAt} is ${row ? row.status : 'gone'}`];
    }),
    // An attempt that failed may have booked: its customer asks again with the same key.
    unknown: rows
      .filter(({ id, key }) => idOf.has(key ?? '') && idOf.get(key ?? '') !== id)
      .map(({ id, key }) => `booking ${id} under ${key}`),
  };
}

function onGreen(shifts: readonly Shift[], green: string): { from: number; to: number } | null {
  const first = shifts.findIndex(({ weights }) => (weights[green] ?? 0) > 0);
  if (first < 0) return null;
  const back = shifts.slice(first).find(({ weights }) => (weights[green] ?? 0) === 0);
  return { from: shifts[first]?.at ?? 0, to: back?.at ?? Infinity };
}

function shareOf(attempts: readonly Attempt[]): Share {
  const failed = attempts.filter(({ status }) => status !== 201);
  const statuses: Record<number, number> = {};
  for (const { status } of failed) statuses[status] = (statuses[status] ?? 0) + 1;
  const slow = attempts.filter(({ milliseconds }) => milliseconds > SLOW_MS).length;
  return { attempts: attempts.length, failed: failed.length, slow, statuses };
}
