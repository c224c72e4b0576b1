/** Customers who keep booking at a steady pace, whatever is released meanwhile, and remember what they were told. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_PREFIX } from '../../app/contract/api';
import { MERCHANT_ID, salonToken, SERVICE_ID, STAFF } from './salon';

/** Longer than any answer may take. */
const TIMEOUT_MS = 10_000;

const SLOT_MS = 30 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** One attempt to book, each at a slot of its own: anything but a booking is a failure. */
export interface Attempt {
  key: string;
  staffId: string;
  startsAt: string;
  /** By `performance.now()`. */
  at: number;
  milliseconds: number;
  /** 0 is no answer. */
  status: number;
  /** Of the booking that was acknowledged. */
  id: string | null;
}

export class Customers {
  readonly attempts: Attempt[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private readonly underWay = new Set<Promise<void>>();
  private readonly firstSlot = Math.ceil(Date.now() / DAY_MS) * DAY_MS + DAY_MS;
  private readonly token = salonToken();
  private pausing = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {}

  /** So many attempts a second, evenly, whether they are answered or not. */
  start(perSecond: number): void {
    this.pausing = false;
    this.running = this.run(perSecond);
  }

  /** Resolves when the last one was answered; they may start again. */
  async pause(): Promise<void> {
    this.pausing = true;
    await this.running;
    await Promise.all(this.underWay);
    this.agent.destroy();
  }

  private async run(perSecond: number): Promise<void> {
    const began = performance.now();
    for (let sent = 0; !this.pausing; await sleep(10)) {
      const due = ((performance.now() - began) / 1000) * perSecond;
      for (; sent < due; sent++) {
        const one: Promise<void> = this.book(this.attempts.length).finally(() => this.underWay.delete(one));
        this.underWay.add(one);
      }
    }
  }

  private async book(number: number): Promise<void> {
    const staffId = String(1 + (number % STAFF));
    const startsAt = new Date(this.firstSlot + Math.floor(number / STAFF) * SLOT_MS).toISOString();
    const attempt: Attempt = {
      key: `rehearsal-${number}`,
      staffId,
      startsAt,
      at: performance.now(),
      milliseconds: 0,
      status: 0,
      id: null,
    };
    this.attempts.push(attempt);
    const { status, text } = await this.post(attempt);
    attempt.milliseconds = performance.now() - attempt.at;
    attempt.status = status;
    if (status === 201) attempt.id = (JSON.parse(text) as { id: string }).id;
  }

  private post({ key, staffId, startsAt }: Attempt): Promise<{ status: number; text: string }> {
    const body = JSON.stringify({ serviceIds: [SERVICE_ID], staffId, startsAt });
    return new Promise((resolve) => {
      const sent = request(
        `${this.url}${API_PREFIX}/merchants/${MERCHANT_ID}/bookings`,
        {
          agent: this.agent,
          method: 'POST',
          timeout: TIMEOUT_MS,
          headers: {
            authorization: `Bearer ${this.token}`,
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
            'idempotency-key': key,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', () => resolve({ status: 0, text }));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve({ status: 0, text: '' }));
      sent.end(body);
    });
  }
}
