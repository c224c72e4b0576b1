import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLineApi, type LineApi } from '../../support/line';
import { FAULTS } from '../../../bin/local/fake-line/faults';

const MESSAGES = 300;

let line: LineApi;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  line = await createLineApi({ runWorkers: false });
});
beforeEach(async () => {
  line.fake.state.pushes.length = 0;
  await line.sql('TRUNCATE bookings, outbox, notification_logs');
});
afterEach(async () => {
  line.fake.faults.clear();
  await Promise.all(workers.splice(0).map(kill));
});
afterAll(() => line.close());

function startWorker(): ChildProcess {
  const worker = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/support/line-worker.ts', line.database.apiUrl, line.fake.url],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  workers.push(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

/** Confirmed bookings, each at a time of its own, so that each message's text is one of a kind. */
async function queueMessages(count: number): Promise<void> {
  const { merchantId, staffIds, customerIds, serviceIds } = line.salon;
  await line.sql(
    `WITH booked AS (
       INSERT INTO bookings (merchant_id, staff_id, customer_id, status, starts_at, ends_at, busy_from, busy_to, service_ids, price)
       SELECT $1, $2, $3, 'confirmed', at, at + interval '5 min', at, at + interval '5 min', ARRAY[$4::bigint], 900
       FROM generate_series(now() + interval '1 day', now() + interval '1 day' + ($5 - 1) * interval '5 min', interval '5 min') at RETURNING *)
     INSERT INTO outbox (merchant_id, booking_id, customer_id, kind)
     SELECT merchant_id, id, customer_id, 'booking_confirmed' FROM booked`,
    [merchantId, staffIds[0], customerIds[0], serviceIds[0], count],
  );
}

const outboxIsEmpty = async () => {
  await line.hasten();
  return (await line.sql('SELECT FROM outbox')).length === 0;
};

test('through every fault of LINE and workers killed in the middle, no message is lost and none arrives twice', async () => {
  await queueMessages(MESSAGES);
  line.fake.faults.atRandom('push', 0.3, FAULTS);
  line.fake.faults.atRandom('token', 0.3, FAULTS);
  startWorker();
  let killed = 0;
  for (let victim = startWorker(); killed < 3; victim = startWorker()) {
    const before = line.fake.calls.push;
    await line.eventually(() => line.fake.calls.push >= before + 20);
    await kill(victim);
    killed += 1;
  }
  for (const deadline = Date.now() + 20_000; !(await outboxIsEmpty()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('The outbox did not become empty');
  }

  const { pushes, repeatedPushes } = line.fake.state;
  expect({ accepted: pushes.length, different: new Set(pushes.map(({ text }) => text)).size }).toEqual({
    accepted: MESSAGES,
    different: MESSAGES,
  });
  // The faults and the kills did strike: LINE was asked again for messages that it had.
  expect(repeatedPushes).toBeGreaterThan(0);
  expect(await line.sql(`SELECT status, count(*)::int FROM notification_logs GROUP BY status`)).toEqual([
    { status: 'sent', count: MESSAGES },
  ]);
}, 60_000);

test('a worker that is told to stop finishes what it sends and gives back the rest, so that nothing waits for its lease', async () => {
  await queueMessages(MESSAGES);
  const before = line.fake.calls.push;
  const worker = startWorker();
  await line.eventually(() => line.fake.calls.push >= before + 10);
  worker.kill('SIGTERM');
  const [exitCode] = await once(worker, 'exit');
  expect(exitCode).toBe(0);
  const sent = line.fake.state.pushes.length;
  expect(sent).toBeLessThan(MESSAGES);
  expect(await line.sql(`SELECT count(*)::int AS due FROM outbox WHERE due_at <= now()`)).toEqual([
    { due: MESSAGES - sent },
  ]);
  expect(await line.sql(`SELECT count(*)::int AS sent FROM notification_logs WHERE status = 'sent'`)).toEqual([
    { sent },
  ]);
}, 30_000);
