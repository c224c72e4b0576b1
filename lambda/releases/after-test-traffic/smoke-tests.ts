/** The smoke tests: what a customer does, at a salon that is there for this alone, and what the platform must show of it. */
import { randomInt, randomUUID } from 'node:crypto';
import { API_PREFIX, COMPONENT_HEALTH_PATH, HEALTH_PATH, METRICS_PATH } from '../../../app/contract/api';
import { METRICS } from '../../../app/contract/metrics';
import type { ReleaseMeasurement } from '../../../app/contract/release-record';
import { SMOKE_TEST } from '../../../app/contract/smoke-test';
import { reasonOf } from '../../../app/contract/reason';
import { type Asked, get, NotYet, post, request } from './ask';

export type Check = NonNullable<ReleaseMeasurement['checks']>[number];

export interface SmokeTestTarget extends Asked {
  /** What must answer there: the tests would otherwise praise the old version. Null: whatever does. */
  version: string | null;
  /** Base URLs of its tasks, each with metrics of its own, which the load balancer shows nobody. */
  tasks: string[];
  /** Epoch milliseconds. */
  clock: () => number;
}

const DAY_MS = 24 * 60 * 60_000;

/** Slots are looked for from tomorrow on. */
const FIRST_DAY = 1;

const SALON = `${API_PREFIX}/merchants/${SMOKE_TEST.merchantId}`;

interface Booking {
  id: string;
  status: string;
  startsAt: string;
  staffId: string;
}

export interface SmokeTestResult {
  checks: Check[];
  /** The side is not there yet, or only just: another try may pass. A wrong answer is none the better for being repeated. */
  notYet: boolean;
}

/** Runs the tests one after the other, up to the first that fails; what was booked is cancelled in any case. */
export async function runSmokeTests(target: SmokeTestTarget): Promise<SmokeTestResult> {
  const { clock } = target;
  const checks: Check[] = [];
  let notYet = false;
  const check = async <T>(name: string, work: () => Promise<{ detail: string; result: T }>): Promise<T> => {
    const started = clock();
    try {
      const { detail, result } = await work();
      checks.push({ name, passed: true, detail, milliseconds: Math.round(clock() - started) });
      return result;
    } catch (error) {
      const detail = reasonOf(error);
      checks.push({ name, passed: false, detail, milliseconds: Math.round(clock() - started) });
      notYet = error instanceof NotYet;
      throw new CheckFailed();
    }
  };
  let booked: Booking | null = null;
  try {
    await check('health', () => health(target));
    const wish = await check('availability', () => chooseSlot(target));
    const key = randomUUID();
    booked = await check('book', () => book(target, key, wish));
    const first = booked;
    await check('keep', () => keep(target, key, wish, first));
    await check('conflict', () => conflict(target, first));
    await check('cancel', () => cancel(target, first));
    booked = null;
    await check('metrics', () => metrics(target));
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    // What cannot be cancelled is a booking of nobody at no salon.
    if (booked) await post(target, `${SALON}/bookings/${booked.id}/cancel`).catch(() => undefined);
  }
  return { checks, notYet };
}

class CheckFailed extends Error {}

async function health(target: SmokeTestTarget) {
  await get(target, HEALTH_PATH);
  const { status, version } = await get<{ status: string; version: string }>(target, COMPONENT_HEALTH_PATH);
  if (target.version !== null && version !== target.version)
    throw new NotYet(`Version ${version} answers on the test listener: ${target.version} is to be tested`);
  return { detail: `Version ${version} is ${status}`, result: null };
}

interface Wish {
  serviceIds: string[];
  staffId: string;
  startsAt: string;
}

/** At random, so that two runs do not meet. */
async function chooseSlot(target: SmokeTestTarget) {
  const from = new Date(target.clock() + FIRST_DAY * DAY_MS);
  const to = new Date(from.getTime() + (SMOKE_TEST.horizonDays - FIRST_DAY - 1) * DAY_MS);
  const range = new URLSearchParams({
    serviceIds: SMOKE_TEST.serviceId,
    from: from.toISOString(),
    to: to.toISOString(),
  });
  const { slots } = await get<{ slots: { startsAt: string }[] }>(target, `${SALON}/availability?${range.toString()}`);
  const slot = slots[randomInt(Math.max(1, slots.length))];
  if (!slot) throw new Error('No slot is free within a month');
  const result: Wish = {
    serviceIds: [SMOKE_TEST.serviceId],
    staffId: SMOKE_TEST.staffId,
    startsAt: slot.startsAt,
  };
  return { detail: `${slots.length} slots are free`, result };
}

async function book(target: SmokeTestTarget, key: string, body: Wish) {
  const booking = await post<Booking>(target, `${SALON}/bookings`, { key, body, status: 201 });
  return { detail: 'A slot is booked', result: booking };
}

/** Asked for once more, as a phone with a bad connection does, and read. */
async function keep(target: SmokeTestTarget, key: string, body: Wish, { id }: Booking) {
  const repeated = await post<Booking>(target, `${SALON}/bookings`, { key, body, status: 201 });
  if (repeated.id !== id) throw new Error(`The same request booked twice: ${id} and ${repeated.id}`);
  const kept = await get<Booking>(target, `${SALON}/bookings/${id}`);
  if (kept.status !== 'confirmed' || Date.parse(kept.startsAt) !== Date.parse(body.startsAt))
    throw new Error(`Booked for ${body.startsAt} and kept as ${kept.status} for ${kept.startsAt}: data was lost`);
  return { detail: 'It is kept as it was booked, and once', result: null };
}

async function conflict(target: SmokeTestTarget, { startsAt, staffId }: Booking) {
  const wish = { serviceIds: [SMOKE_TEST.serviceId], staffId, startsAt };
  const { code } = await post<{ code: string }>(target, `${SALON}/bookings`, {
    key: randomUUID(),
    body: wish,
    status: 409,
  });
  if (code !== 'slot_taken') throw new Error(`The second booking of a slot was refused as "${code}"`);
  return { detail: 'The same slot is not booked twice', result: null };
}

async function cancel(target: SmokeTestTarget, { id }: Booking) {
  await post(target, `${SALON}/bookings/${id}/cancel`);
  const { status } = await get<Booking>(target, `${SALON}/bookings/${id}`);
  if (status !== 'cancelled') throw new Error(`A cancelled booking is kept as ${status}: data was lost`);
  return { detail: 'Cancelled and kept so', result: null };
}

/** Over all tasks of the side: the load balancer chose which of them booked. */
async function metrics({ tasks }: SmokeTestTarget) {
  if (tasks.length === 0) throw new NotYet('No task is healthy on the side under test');
  const texts = await Promise.all(tasks.map((task) => request(`${task}${METRICS_PATH}`, {}, 200)));
  for (const status of ['success', 'overlap_error']) {
    const total = texts.reduce((sum, text) => sum + bookingsCounted(text, status), 0);
    if (total < 1) throw new Error(`${METRICS.bookingsCreated} has not counted the "${status}" of these tests`);
  }
  return { detail: `The metrics of ${tasks.length} tasks have counted them`, result: null };
}

/** Of a text in Prometheus's format: the value of this salon's counter. */
function bookingsCounted(text: string, status: string): number {
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith(`${METRICS.bookingsCreated}{`) &&
        one.includes(`merchant_id="${SMOKE_TEST.merchantId}"`) &&
        one.includes(`status="${status}"`),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
}
