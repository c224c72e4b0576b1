/** Compares a restored copy with its source by what no later change can alter. */
import type { ClientBase } from 'pg';

/** A transaction that is older has committed, or was ended by its time-outs: what it wrote is in the copy if it was committed before. */
const SETTLED_MS = 120_000;

/** What is older may have reached the end of its retention in the source meanwhile. */
const COMPARED_DAYS = 30;

export interface Comparison {
  bookings: number;
  newestBookingAt: Date | null;
  /** What differs from the source, in words. */
  problems: string[];
}

interface Counts {
  /** Bookings made in the time, wherever they are now, but for holds: those come and go. */
  settled: number;
  /** The same with holds. */
  all: number;
  audit: number;
}

/**
 * Counts what was created in the 30 days before two minutes before the moment to which the copy was restored. Since then the source may
 * have confirmed or lost holds and archived bookings (they are counted with the archive), and nothing else: so each of its bookings must be
 * in the copy, and each of the copy's in the source.
 */
export async function compareWithSource(copy: ClientBase, source: ClientBase, restoredTo: Date): Promise<Comparison> {
  const until = new Date(restoredTo.getTime() - SETTLED_MS);
  const since = new Date(until.getTime() - COMPARED_DAYS * 86_400_000);
  const [inCopy, inSource] = [await countsOf(copy, since, until), await countsOf(source, since, until)];
  const problems: string[] = [];
  if (inSource.settled > inCopy.all) {
    problems.push(`${inSource.settled - inCopy.all} bookings of the source are missing in the copy.`);
  }
  if (inCopy.settled > inSource.all) {
    problems.push(`${inCopy.settled - inSource.all} bookings of the copy are no longer in the source.`);
  }
  if (inCopy.audit !== inSource.audit) {
    problems.push(`The audit log has ${inCopy.audit} entries in the copy and ${inSource.audit} in the source.`);
  }
  const { rows } = await copy.query<{ bookings: number; newest: Date | null }>(
    'SELECT count(*)::float8 AS bookings, max(created_at) AS newest FROM bookings',
  );
  return { bookings: rows[0]?.bookings ?? 0, newestBookingAt: rows[0]?.newest ?? null, problems };
}

async function countsOf(client: ClientBase, since: Date, until: Date): Promise<Counts> {
  const { rows } = await client.query<Counts>(
    `SELECT count(*) FILTER (WHERE status <> 'held')::float8 AS settled, count(*)::float8 AS all,
            (SELECT count(*)::float8 FROM audit_log WHERE at >= $1 AND at < $2) AS audit
     FROM (SELECT status FROM bookings WHERE created_at >= $1 AND created_at < $2
           UNION ALL SELECT status FROM bookings_archive WHERE created_at >= $1 AND created_at < $2) b`,
    [since, until],
  );
  const [counts] = rows;
  if (!counts) throw new Error('The bookings could not be counted');
  return counts;
}
