/** `nailbook diagnose overlap`: who loses slots to whom, and whether anything but a rush is behind it. */
import type { ClientBase } from 'pg';
import { checkIntegrity } from '../database/integrity';
import { count } from '../task';
import { bad, good, note, percent, type Diagnosis, type Finding } from './finding';

export interface OverlapOptions {
  /** How far back to look. */
  minutes: number;
}

/** The service level. */
const MAX_SHARE = 0.01;

/** From this share of all lost attempts on, one slot or one salon is the story. */
const CONCENTRATED = 0.5;

/** A dead hold goes when somebody wants its slot; older ones are left for the weekly task, and many of them are news. */
const MANY_DEAD_HOLDS = 100;

interface Attempts {
  attempts: number;
  taken: number;
  slowP95Ms: number | null;
}

interface Concentration {
  merchantId: string;
  staffId: string | null;
  startsAt: string | null;
  taken: number;
}

export async function diagnoseOverlap(client: ClientBase, { minutes }: OverlapOptions): Promise<Diagnosis> {
  const since = new Date(Date.now() - minutes * 60_000);
  const attempts = await client.query<Attempts>(
    `SELECT count(*)::int AS attempts, count(*) FILTER (WHERE outcome = 'taken')::int AS taken,
            percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms)::float8 AS "slowP95Ms"
     FROM decision_insights WHERE at > $1 AND action IN ('create', 'hold')`,
    [since],
  );
  const { attempts: total = 0, taken = 0, slowP95Ms = null } = attempts.rows[0] ?? {};
  const { problems } = await checkIntegrity(client, Date.now());
  const holds = await client.query<{ dead: number; alive: number }>(
    `SELECT count(*) FILTER (WHERE expires_at <= now())::int AS dead, count(*) FILTER (WHERE expires_at > now())::int AS alive
     FROM bookings WHERE status = 'held'`,
  );
  const { dead = 0, alive = 0 } = holds.rows[0] ?? {};
  return {
    findings: [
      ...problems.map((text) => bad(text, 'npx nailbook diagnose constraint')),
      ...judgeShare(total, taken, minutes),
      ...(taken > 0 ? await whereLost(client, since, taken) : []),
      dead > MANY_DEAD_HOLDS
        ? bad(`${count(dead, 'hold')} that have expired still stand.`, 'npx nailbook maintenance run clean-up-locks')
        : good(`${count(alive, 'hold')} stand, ${dead} of the table's have expired.`),
    ],
    figures: {
      attempts: total,
      taken,
      takenShare: total === 0 ? null : taken / total,
      decisionP95Ms: slowP95Ms,
      integrityProblems: problems.length,
      expiredHolds: dead,
    },
  };
}

function judgeShare(total: number, taken: number, minutes: number): Finding[] {
  if (total === 0) return [note(`Nobody tried to book within ${minutes} minutes.`)];
  const text = `${count(taken, 'attempt')} of ${total.toLocaleString('en-US')} within ${minutes} minutes met a taken slot (${percent(taken / total)}).`;
  return [taken / total > MAX_SHARE ? bad(text) : good(text)];
}

/** A rush on few slots is business; attempts lost all over mean that people are shown slots which are gone. */
async function whereLost(client: ClientBase, since: Date, taken: number): Promise<Finding[]> {
  const { rows } = await client.query<Concentration>(
    `SELECT merchant_id AS "merchantId", state -> 'asked' ->> 'staffId' AS "staffId",
            to_char(to_timestamp((state -> 'asked' ->> 'startsAt')::float8 / 1000), 'YYYY-MM-DD"T"HH24:MI"Z"') AS "startsAt",
            count(*)::int AS taken
     FROM decision_insights WHERE at > $1 AND action IN ('create', 'hold') AND outcome = 'taken'
     GROUP BY 1, 2, 3 ORDER BY 4 DESC`,
    [since],
  );
  const [slot] = rows;
  if (!slot) return [];
  const lostAt = new Map<string, number>();
  for (const row of rows) lostAt.set(row.merchantId, (lostAt.get(row.merchantId) ?? 0) + row.taken);
  const [merchantId = '', lost = 0] = [...lostAt].sort((a, b) => b[1] - a[1])[0] ?? [];
  const findings: Finding[] = [];
  if (slot.taken / taken > CONCENTRATED) {
    findings.push(
      note(
        `${percent(slot.taken / taken)} of them wanted one slot: ${slot.startsAt} with staff ${slot.staffId ?? 'anyone'} of merchant ` +
          `${slot.merchantId}. That is a rush, or one client that asks again and again.`,
      ),
    );
  } else if (lost / taken > CONCENTRATED && lostAt.size > 1) {
    findings.push(
      note(
        `${percent(lost / taken)} of them were at merchant ${merchantId}: a campaign, or its calendar is nearly full.`,
      ),
    );
  } else {
    findings.push(
      bad(
        `They are spread over ${count(rows.length, 'slot')} of ${count(lostAt.size, 'merchant')}: people are shown slots that are gone. ` +
          'Is a replica behind, or a page open for long?',
        'npx nailbook diagnose database',
      ),
    );
  }
  return findings;
}
