/** Customers who keep booking, whatever happens: each attempt another slot, alternately at each task. */
import { setTimeout as sleep } from 'node:timers/promises';
import { STAFF, type ExercisePlatform } from './platform';

const EVERY_MS = 40;
const TIMEOUT_MS = 10_000;

export interface Load {
  /** Attempts so far, by status; 0 is no answer. */
  answers: Map<number, number>;
  stop: () => Promise<void>;
}

export function startLoad({ tasks, customerToken }: ExercisePlatform): Load {
  const answers = new Map<number, number>();
  const underWay = new Set<Promise<void>>();
  const firstSlot = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 24 * 3_600_000;
  const stopping = new AbortController();
  let attempts = 0;

  const book = async (attempt: number) => {
    const body = {
      serviceIds: ['1'],
      staffId: String(1 + (attempt % STAFF)),
      startsAt: new Date(firstSlot + Math.floor(attempt / STAFF) * 1_800_000).toISOString(),
    };
    const status = await fetch(`${tasks[attempt % tasks.length]?.url}/api/v1/merchants/1/bookings`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${customerToken}`,
        'content-type': 'application/json',
        'idempotency-key': `exercise-${attempt}`,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    answers.set(status, (answers.get(status) ?? 0) + 1);
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const one = book(attempts++).finally(() => underWay.delete(one));
      underWay.add(one);
      await sleep(EVERY_MS);
    }
  })();
  return {
    answers,
    stop: async () => {
      stopping.abort();
      await running;
      await Promise.all(underWay);
    },
  };
}
