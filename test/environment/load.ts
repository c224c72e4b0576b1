/**
 * `npm run test:load -- staging [seconds] [per second]`: keeps asking as customers do, at a steady pace whatever the answers take. Judges how many
 * requests fail; how long they take is the load balancer's to say (`nailbook release check`), because the way to Tokyo takes longer
 * than the API.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_PREFIX } from '../../app/contract/api';
import { OBJECTIVES } from '../../app/contract/objectives';
import { SMOKE_TEST } from '../../app/contract/smoke-test';
import type { Get } from '../../bin/nailbook/release/health';
import { readTarget, type Target } from './target';

const SALON = `${API_PREFIX}/merchants/${SMOKE_TEST.merchantId}`;
const DAY_MS = 24 * 60 * 60_000;
const TIMEOUT_MS = 10_000;

/** Found, booked, or taken by somebody who was quicker. */
const EXPECTED = new Set([200, 201, 409]);

/** Of five customers who look, one books (and cancels, so that the salon never fills up). */
const LOOKS_PER_BOOKING = 5;

export interface Tally {
  requests: number;
  /** Answered otherwise than expected, or not at all; by what happened. */
  failed: Record<string, number>;
  booked: number;
  /** Slots that somebody else was quicker to take. */
  taken: number;
}

/** One customer: looks for slots and, every fifth one, books one of them. */
export async function visit(target: Target, tally: Tally, books: boolean, get: Get): Promise<void> {
  const ask = async (path: string, key?: string, body?: object): Promise<{ status: number; text: string } | null> => {
    tally.requests += 1;
    const headers = {
      authorization: `Bearer ${target.token()}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    };
    const post = key === undefined ? {} : { method: 'POST', ...(body ? { body: JSON.stringify(body) } : {}) };
    try {
      const response = await get(`${target.url}${SALON}${path}`, {
        ...post,
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (EXPECTED.has(response.status)) return { status: response.status, text };
      count(tally.failed, String(response.status));
    } catch (error) {
      count(tally.failed, error instanceof Error ? error.name : String(error));
    }
    return null;
  };
  const from = target.now() + DAY_MS;
  const range = new URLSearchParams({
    serviceIds: SMOKE_TEST.serviceId,
    from: new Date(from).toISOString(),
    to: new Date(from + (SMOKE_TEST.horizonDays - 2) * DAY_MS).toISOString(),
  });
  const answer = await ask(`/availability?${range.toString()}`);
  if (!answer || !books) return;
  const { slots }: { slots: { startsAt: string }[] } = JSON.parse(answer.text);
  const slot = slots[randomInt(Math.max(1, slots.length))];
  if (!slot) return;
  const wish = { serviceIds: [SMOKE_TEST.serviceId], staffId: SMOKE_TEST.staffId, startsAt: slot.startsAt };
  const booking = await ask('/bookings', randomUUID(), wish);
  if (booking?.status === 409) tally.taken += 1;
  if (booking?.status !== 201) return;
  tally.booked += 1;
  const { id }: { id: string } = JSON.parse(booking.text);
  await ask(`/bookings/${id}/cancel`, randomUUID());
}

/** Empty when the level is kept. */
export function judgeLoad({ requests, failed }: Tally): string {
  const lost = Object.values(failed).reduce((sum, each) => sum + each, 0);
  if (requests > 0 && lost / requests < OBJECTIVES.afterRelease.errorShare) return '';
  const kinds = Object.entries(failed).map(([kind, times]) => `${kind}: ${times}`);
  return `${lost} of ${requests} requests failed (${kinds.join(', ') || 'none was made'}); allowed are less than ${OBJECTIVES.afterRelease.errorShare * 100} %`;
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

async function main([name = '', seconds = '300', perSecond = '50']: readonly string[]): Promise<void> {
  const target = await readTarget(name);
  const tally: Tally = { requests: 0, failed: {}, booked: 0, taken: 0 };
  const visits: Promise<void>[] = [];
  const started = Date.now();
  for (let each = 0; each < Number(seconds) * Number(perSecond); each++) {
    const due = started + (each / Number(perSecond)) * 1000;
    if (due > Date.now()) await sleep(due - Date.now());
    visits.push(visit(target, tally, each % LOOKS_PER_BOOKING === 0, fetch));
  }
  await Promise.all(visits);
  const { requests, booked, taken } = tally;
  console.log(
    `${requests} requests in ${Math.round((Date.now() - started) / 1000)} s: ${booked} booked and cancelled, ${taken} taken by others`,
  );
  const problem = judgeLoad(tally);
  if (problem === '') return;
  console.error(problem);
  process.exitCode = 1;
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
