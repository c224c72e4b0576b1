/** One customer of a race, who books, holds, confirms, moves, cancels and repeats, one thing after another. */
import type { HttpClient } from './http-client';
import type { Answer, Expected, Journal, Promised } from './journal';
import type { RaceSalon } from './platform';

/** What a customer may be answered; anything else is a fault. */
export const EXPECTED: Expected = {
  book: [201, 409],
  hold: [201, 409],
  // 409 too: the hold that the key made may be gone.
  repeat: [201, 409],
  twins: [201, 409],
  // A hold that its customer gave up by asking for another slot is gone: 404, or 409 where it was found and lost in between.
  confirm: [200, 404, 409],
  cancel: [200, 404],
  move: [200, 404, 409],
};

/** A wish for a slot; `hold` is left out where it is booked at once. */
export interface Wish {
  serviceIds: string[];
  staffId: string | null;
  startsAt: string;
  hold?: true;
}

/** Longest visit with its buffers, twice: a hold further away than this from a wish has nothing to do with it. */
const NEAR_MS = 4 * 60 * 60_000;

const ACTIVE = new Set(['held', 'pending', 'confirmed']);

export interface ClientOptions {
  name: string;
  salon: RaceSalon;
  token: string;
  ports: readonly number[];
  http: HttpClient;
  journal: Journal;
  /** The next slot to want. */
  wish: () => Wish;
}

export class RaceClient {
  private readonly own = new Map<string, Promised>();
  private readonly asked: { key: string; wish: Wish }[] = [];
  private keys = 0;

  constructor(private readonly options: ClientOptions) {}

  /** One action, chosen at random. */
  async act(): Promise<void> {
    const dice = Math.random();
    if (dice < 0.45) return this.book('book', this.options.wish());
    if (dice < 0.6) return this.book('hold', { ...this.options.wish(), hold: true });
    if (dice < 0.7) return this.twins();
    if (dice < 0.78) return this.repeat();
    const booking = pick([...this.own.values()].filter(({ status }) => ACTIVE.has(status)));
    if (!booking) return this.book('book', this.options.wish());
    if (booking.status === 'held' && dice < 0.88) return this.change('confirm', booking);
    return dice < 0.93 ? this.change('cancel', booking) : this.move(booking);
  }

  private async book(action: 'book' | 'hold', wish: Wish): Promise<void> {
    const key = this.newKey(wish);
    const answer = await this.create(action, key, wish, pick(this.options.ports));
    this.options.journal.creationTimes.push(answer.milliseconds);
  }

  /** A double click that reaches two processes at once. */
  private async twins(): Promise<void> {
    const wish = this.options.wish();
    const key = this.newKey(wish);
    const [first, second = first] = shuffled(this.options.ports);
    await Promise.all([this.create('twins', key, wish, first), this.create('twins', key, wish, second)]);
  }

  private async repeat(): Promise<void> {
    const earlier = pick(this.asked);
    if (earlier) await this.create('repeat', earlier.key, earlier.wish, pick(this.options.ports));
  }

  private newKey(wish: Wish): string {
    const key = `${this.options.name}-${++this.keys}`;
    this.asked.push({ key, wish });
    return key;
  }

  private async create(action: string, key: string, wish: Wish, port: number | undefined): Promise<Answer> {
    const { journal } = this.options;
    this.giveUpHoldsNear(wish.startsAt);
    const answer = await this.post(port, '/bookings', key, wish);
    if (!journal.count(action, answer)) journal.uncertainKeys.add(key);
    if (answer.status === 201) {
      const promised = asPromised(answer);
      journal.booked(key, promised);
      if (!this.own.has(promised.id)) this.own.set(promised.id, promised);
    }
    return answer;
  }

  private async change(action: 'confirm' | 'cancel', booking: Promised): Promise<void> {
    await this.record(action, booking, await this.post(pick(this.options.ports), `/bookings/${booking.id}/${action}`));
  }

  private async move(booking: Promised): Promise<void> {
    const { staffId, startsAt } = this.options.wish();
    this.giveUpHoldsNear(startsAt);
    const body = { startsAt, ...(staffId === null ? {} : { staffId }) };
    const path = `/bookings/${booking.id}/reschedule`;
    await this.record(
      'move',
      booking,
      await this.post(pick(this.options.ports), path, `${this.options.name}-${++this.keys}`, body),
    );
  }

  private async record(action: string, booking: Promised, answer: Answer): Promise<void> {
    const { journal } = this.options;
    if (!journal.count(action, answer)) {
      journal.uncertain(booking.id);
      this.own.delete(booking.id);
    } else if (answer.status === 200) {
      const promised = asPromised(answer);
      journal.changed(promised);
      this.own.set(promised.id, promised);
    } else if (answer.status === 404) {
      // Only a hold that was given up may be gone; the comparison with the table finds any other.
      this.own.delete(booking.id);
    }
  }

  /** Who asks for a slot gives up holds of their own that are in its way. */
  private giveUpHoldsNear(startsAt: string): void {
    for (const { id, status, startsAt: heldAt } of this.own.values())
      if (status === 'held' && Math.abs(Date.parse(heldAt) - Date.parse(startsAt)) < NEAR_MS)
        this.options.journal.mayBeGone(id);
  }

  private post(port: number | undefined, path: string, key?: string, body?: object): Promise<Answer> {
    if (port === undefined) throw new Error('There is no API to ask');
    const { http, salon, token } = this.options;
    const headers = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    return http.post(port, `/api/v1/merchants/${salon.merchantId}${path}`, headers, body);
  }
}

function asPromised({ body }: Answer): Promised {
  const { id, status, staffId, startsAt } = body;
  if (!id || !status || !staffId || !startsAt) throw new Error(`This is no booking: ${JSON.stringify(body)}`);
  return { id, status, staffId, startsAt };
}

export function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

function shuffled<T>(items: readonly T[]): T[] {
  const first = Math.floor(Math.random() * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
