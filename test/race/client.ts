/** One customer of a race, who books, holds, confirms, moves, cancels and repeats, one thing after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from './http-client';
import type { Answer, Journal, Promised } from './journal';
import type { ApiProcesses } from './processes';
import type { RaceSalon } from './salon';

/** A wish for a slot; `hold` is left out where it is booked at once. */
export interface Wish {
  serviceIds: string[];
  staffId: string | null;
  startsAt: string;
  hold?: true;
  /** The manager's only: for whom it is, and why it is put beside others. */
  customerId?: string;
  squeezeIn?: true;
  reason?: string;
}

/** Longest visit with its buffers, twice: a hold further away than this from a wish has nothing to do with it. */
const NEAR_MS = 4 * 60 * 60_000;

/** A person who gets no clear answer tries again for so long. */
const PATIENCE_MS = 12_000;
const AFTER_LOSS_MS = 200;

const ACTIVE = new Set(['held', 'pending', 'confirmed']);

export interface ClientOptions {
  name: string;
  salon: RaceSalon;
  token: string;
  apis: ApiProcesses;
  http: HttpClient;
  journal: Journal;
  /** The next slot to want. */
  wish: () => Wish;
}

export class RaceClient {
  protected readonly own = new Map<string, Promised>();
  private readonly asked: { key: string; wish: Wish }[] = [];
  private keys = 0;

  constructor(protected readonly options: ClientOptions) {}

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

  protected async book(action: 'book' | 'hold' | 'squeeze in', wish: Wish): Promise<void> {
    const key = this.newKey(wish);
    const answer = await this.create(action, key, wish, this.anyPort());
    this.options.journal.creationTimes.push(answer.milliseconds);
  }

  /** A double click that reaches two processes at once, to book or to hold. */
  private async twins(): Promise<void> {
    const wish: Wish = Math.random() < 0.5 ? this.options.wish() : { ...this.options.wish(), hold: true };
    const key = this.newKey(wish);
    const [first = 0, second = first] = shuffled(this.options.apis.ports);
    await Promise.all([this.create('twins', key, wish, first), this.create('twins', key, wish, second)]);
  }

  protected async repeat(): Promise<void> {
    const earlier = pick(this.asked);
    if (earlier) await this.create('repeat', earlier.key, earlier.wish, this.anyPort());
  }

  private newKey(wish: Wish): string {
    const key = `${this.options.name}-${++this.keys}`;
    this.asked.push({ key, wish });
    return key;
  }

  private async create(action: string, key: string, wish: Wish, port: number): Promise<Answer> {
    const { journal } = this.options;
    this.giveUpHoldsNear(wish.startsAt);
    const { answer, isClear, wasLost } = await this.ask(action, '/bookings', { port, key, body: wish });
    // What a killed process sent last may be carried out after its repetition was refused.
    if (!isClear || (wasLost && answer.status !== 201)) journal.uncertainKeys.add(key);
    if (answer.status === 201) {
      const promised = asPromised(answer);
      journal.booked(key, promised);
      if (!this.own.has(promised.id)) this.own.set(promised.id, promised);
    }
    return answer;
  }

  protected async change(action: 'confirm' | 'cancel', booking: Promised): Promise<void> {
    await this.settle(action, booking, `/bookings/${booking.id}/${action}`);
  }

  private async move(booking: Promised): Promise<void> {
    const { staffId, startsAt } = this.options.wish();
    this.giveUpHoldsNear(startsAt);
    await this.reschedule('move', booking, { startsAt, ...(staffId === null ? {} : { staffId }) });
  }

  protected async reschedule(action: string, booking: Promised, body: object): Promise<void> {
    await this.settle(
      action,
      booking,
      `/bookings/${booking.id}/reschedule`,
      `${this.options.name}-${++this.keys}`,
      body,
    );
  }

  private async settle(action: string, booking: Promised, path: string, key?: string, body?: object): Promise<void> {
    const { journal } = this.options;
    const since = performance.now();
    const { answer, isClear } = await this.ask(action, path, { port: this.anyPort(), key, body });
    if (!isClear) {
      journal.uncertain(booking.id);
      this.own.delete(booking.id);
    } else if (answer.status === 200) {
      const promised = asPromised(answer);
      journal.changed(promised, since);
      this.own.set(promised.id, promised);
    } else if (answer.status === 404) {
      // Only a hold that was given up or expired may be gone; the comparison with the table finds any other.
      this.own.delete(booking.id);
    }
  }

  /** Who asks for a slot gives up holds of their own that are in its way. */
  private giveUpHoldsNear(startsAt: string): void {
    for (const { id, status, startsAt: heldAt } of this.own.values())
      if (status === 'held' && Math.abs(Date.parse(heldAt) - Date.parse(startsAt)) < NEAR_MS)
        this.options.journal.mayBeGone(id);
  }

  /** Asks until the answer is clear, as an app would: the same request with the same key, after a 503 when the server says. */
  private async ask(
    action: string,
    path: string,
    { port, key, body }: { port: number; key: string | undefined; body: object | undefined },
  ): Promise<{ answer: Answer; isClear: boolean; wasLost: boolean }> {
    const { http, salon, token, journal, apis } = this.options;
    const headers = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const patience = performance.now() + PATIENCE_MS;
    let wasLost = false;
    for (let attempt = 1, to = port; ; attempt++) {
      const sent = performance.now();
      const answer = await http.send('POST', to, `/api/v1/merchants/${salon.merchantId}${path}`, headers, body);
      const verdict = journal.count(action, answer, apis.wasKilled(to, sent));
      wasLost ||= answer.status === null && answer.reached;
      if (verdict !== 'again') {
        if (attempt > 1 && verdict === 'clear') journal.settled += 1;
        return { answer, isClear: verdict === 'clear', wasLost };
      }
      if (performance.now() > patience) {
        journal.givenUp += 1;
        return { answer, isClear: false, wasLost };
      }
      await sleep(answer.status === null ? AFTER_LOSS_MS : Number(answer.retryAfter) * 1000);
      // A load balancer stops choosing a process that does not answer.
      to = answer.status === null ? (pick(apis.ports.filter((other) => other !== to)) ?? to) : this.anyPort();
    }
  }

  private anyPort(): number {
    const port = pick(this.options.apis.ports);
    if (port === undefined) throw new Error('There is no API to ask');
    return port;
  }
}

function asPromised({ body }: Answer): Promised {
  const { id, status, staffId, startsAt, squeezedIn } = body;
  if (!id || !status || !staffId || !startsAt || squeezedIn === undefined)
    throw new Error(`This is no booking: ${JSON.stringify(body)}`);
  return { id, status, staffId, startsAt, squeezedIn };
}

export function pick<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

function shuffled<T>(items: readonly T[]): T[] {
  const first = Math.floor(Math.random() * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
