/** `nailbook diagnose constraint`: is no_overlap_bookings there, do the rows keep it, and is its index quick. */
import type { ClientBase } from 'pg';
import { checkIntegrity } from '../database/integrity';
import { count } from '../task';
import { readIndexes, rebuildMs, wastePercent, type Index } from '../maintain-indexes/indexes';
import { bad, duration, good, megabytes, note, type Diagnosis, type Finding } from './finding';

const INDEXES = new Set(['no_overlap_bookings', 'idx_booking_locks_gist']);

/** Requirement D4. */
const MAX_WASTE_PERCENT = 20;

/** A fresh index answers from about 5 pages at a million rows. */
const MAX_PAGES = 50;

export async function diagnoseConstraint(client: ClientBase): Promise<Diagnosis> {
  const { problems } = await checkIntegrity(client, Date.now());
  const indexes = (await readIndexes(client, ['bookings', 'booking_locks'])).filter(({ name }) => INDEXES.has(name));
  const probe = await probeBusiestStaff(client);
  const exclusion = indexes.find(({ name }) => name === 'no_overlap_bookings');
  return {
    findings: [
      ...problems.map((text) =>
        bad(text, text.includes('no_overlap_bookings') ? 'npx nailbook repair constraint --dry-run' : undefined),
      ),
      ...(problems.length === 0
        ? [good('no_overlap_bookings is there, as the migration made it, and no two bookings overlap.')]
        : []),
      ...indexes.map(judgeIndex),
      ...(probe ? [judgeProbe(probe)] : []),
    ],
    figures: {
      problems: problems.length,
      indexBytes: exclusion?.bytes ?? null,
      indexRows: exclusion?.rows ?? null,
      wastePercent: exclusion ? Math.round(wastePercent(exclusion)) : null,
      probePages: probe?.pages ?? null,
      probeMs: probe?.ms ?? null,
    },
  };
}

function judgeIndex(index: Index): Finding {
  const waste = wastePercent(index);
  const text = `${index.name} has ${megabytes(index.bytes)} for ${count(index.rows, 'entry', 'entries')}; ${Math.round(waste)} % of it is waste.`;
  if (waste <= MAX_WASTE_PERCENT) return good(text);
  // Its rebuild holds up bookings, so the operator has to allow the time it takes.
  const seconds = Math.max(2, Math.ceil((rebuildMs(index) / 1000) * 2));
  const blocking = index.concurrent ? '' : ` --blocking-seconds ${seconds}`;
  return bad(
    `${text}${index.concurrent ? '' : ` Its rebuild holds up bookings for about ${duration(rebuildMs(index) / 1000)}.`}`,
    `npx nailbook maintenance run maintain-indexes${blocking}`,
  );
}

interface Probe {
  staffId: string;
  merchantId: string;
  bookings: number;
  pages: number;
  ms: number;
}

/** What the constraint asks at each booking, asked for the staff member with the most of them; `null` without a booking. */
async function probeBusiestStaff(client: ClientBase): Promise<Probe | null> {
  const { rows } = await client.query<{ merchant_id: string; staff_id: string; bookings: number; at: Date }>(
    `SELECT merchant_id, staff_id, count(*)::int AS bookings, max(busy_from) AS at FROM bookings
     WHERE status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in
     GROUP BY merchant_id, staff_id ORDER BY count(*) DESC LIMIT 1`,
  );
  const [busiest] = rows;
  if (!busiest) return null;
  const plan = await client.query<{ 'QUERY PLAN': ExplainResult[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT 1 FROM bookings
     WHERE merchant_id = $1 AND staff_id = $2 AND tstzrange(busy_from, busy_to, '[)') && tstzrange($3::timestamptz, $3::timestamptz + interval '1 hour', '[)')
       AND status IN ('held', 'pending', 'confirmed') AND NOT squeezed_in`,
    [busiest.merchant_id, busiest.staff_id, busiest.at],
  );
  const [result] = plan.rows[0]?.['QUERY PLAN'] ?? [];
  if (!result) return null;
  return {
    merchantId: busiest.merchant_id,
    staffId: busiest.staff_id,
    bookings: busiest.bookings,
    pages: result.Plan['Shared Hit Blocks'] + result.Plan['Shared Read Blocks'],
    ms: result['Execution Time'],
  };
}

interface ExplainResult {
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
  'Execution Time': number;
}

function judgeProbe({ staffId, merchantId, bookings, pages, ms }: Probe): Finding {
  const text =
    `Looking for an overlap with the last booking of the busiest staff member (${staffId} of merchant ${merchantId}, ` +
    `${count(bookings, 'booking')}) reads ${count(pages, 'page')} in ${ms.toFixed(2)} ms.`;
  return pages > MAX_PAGES
    ? note(`${text} A fresh index reads about 5.`, 'npx nailbook diagnose database')
    : good(text);
}
