/**
 * Sends what is in the outbox: at least once, and through LINE's retry keys effectively once. Any number of workers share it; each
 * takes due messages for a while (a lease), delivers them, and decides them together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../database/errors';
import { queryAsMerchants } from '../database/tenancy';
import type { Logger } from '../logging';
import type { Circuit } from './circuit';
import { backOff, deliver, type Decision, type DeliveryParts } from './delivery';
import type { MessageRow } from './message';
import { DECIDE_MESSAGES, MERCHANTS_DUE, RELEASE_MESSAGES, TAKE_MESSAGES } from './outbox-statements';
import { WorkerLoop } from './worker-loop';

export interface OutboxSettings {
  /** How long a worker may keep what it took; longer than a message waits for its turn and its push together. */
  leaseMs: number;
  /** How long the outbox is left alone when it was empty. */
  pauseMs: number;
}

const DEFAULTS: OutboxSettings = { leaseMs: 60_000, pauseMs: 500 };

/** Messages taken and decided together: a round is as slow as its slowest push, so it is small, and several run at once. */
const BATCH = 25;
const MAX_ROUNDS = 8;

/**
 * Between the beginnings of two rounds: 500 messages a second, as many as all tasks together may push (requirement C3). More, of
 * messages that need no push, would only take the database from the bookings.
 */
const ROUND_MS = 50;

/** Of one merchant at a time, so that a salon with a thousand messages does not hold up the others. */
const PER_MERCHANT = 10;

/** How far into the queue to look. */
const LOOK_AHEAD = 500;

const DECIDE_ATTEMPTS = 3;

interface Delivered {
  row: MessageRow;
  decision: Decision;
}

export class OutboxWorker {
  private readonly rounds = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly settings: OutboxSettings;
  private loop: WorkerLoop | undefined;
  private nextRoundAt = 0;

  constructor(
    private readonly parts: DeliveryParts,
    private readonly circuit: Circuit,
    private readonly logger: Logger,
    settings: Partial<OutboxSettings> = {},
  ) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  start(): void {
    const work = { name: 'outbox', pauseMs: this.settings.pauseMs, run: () => this.takeRound() };
    this.loop = new WorkerLoop(work, this.logger);
  }

  /** Takes nothing more, finishes the pushes under way (5 s at most) and gives back what waits for its turn. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop?.stop();
    await Promise.all(this.rounds);
  }

  /** Takes due messages and sets out to deliver them; true when there may be more. */
  private async takeRound(): Promise<boolean> {
    const restMs = this.nextRoundAt - Date.now();
    if (restMs > 0) await sleep(restMs);
    if (this.rounds.size >= MAX_ROUNDS) await Promise.race(this.rounds);
    this.nextRoundAt = Date.now() + ROUND_MS;
    const limit = Math.min(BATCH, this.circuit.room());
    if (limit === 0) return false;
    const rows = await this.take(limit);
    if (rows.length === 0) return false;
    const round = this.deliverAll(rows).finally(() => this.rounds.delete(round));
    this.rounds.add(round);
    return true;
  }

  private async take(limit: number): Promise<MessageRow[]> {
    const { pool } = this.parts;
    const due = await pool.query<{ merchant_id: string }>({ ...MERCHANTS_DUE, values: [LOOK_AHEAD] });
    if (due.rows.length === 0) return [];
    const merchantIds = due.rows.map(({ merchant_id }) => merchant_id);
    const values = [LOOK_AHEAD, PER_MERCHANT, limit, this.settings.leaseMs];
    return (await queryAsMerchants<MessageRow>(pool, merchantIds, { ...TAKE_MESSAGES, values })).rows;
  }

  private async deliverAll(rows: readonly MessageRow[]): Promise<void> {
    const takenAt = Date.now();
    const delivered = await Promise.all(
      rows.map(async (row) => ({ row, decision: await this.deliverOne(row, takenAt) })),
    );
    await this.write(delivered.filter(isReleased), RELEASE_MESSAGES, () => []);
    await this.write(
      delivered.filter((one) => !isReleased(one)),
      DECIDE_MESSAGES,
      decisionColumns,
    );
  }

  private async deliverOne(row: MessageRow, takenAt: number): Promise<Decision> {
    const metadata = { merchant_id: row.merchant_id, message_id: row.id, kind: row.kind, attempts: row.attempts };
    try {
      const decision = await deliver(this.parts, row, takenAt, this.stopping.signal);
      if (decision.status === 'failed') {
        this.logger.warn({ metadata: { ...metadata, reason: decision.reason } }, 'a message to a customer failed');
      }
      return decision;
    } catch (error) {
      this.parts.metrics.pushes.inc({ result: 'error' });
      this.logger.error({ err: error, metadata }, 'a message could not be delivered for a reason of our own');
      return { status: 'retrying', reason: 'internal_error', delayMs: backOff(row.attempts) };
    }
  }

  /** Should it fail for good, the messages are due again when their time is up, and their retry keys keep them from arriving twice. */
  private async write(
    delivered: readonly Delivered[],
    statement: { text: string },
    columns: (delivered: readonly Delivered[]) => unknown[][],
  ): Promise<void> {
    if (delivered.length === 0) return;
    const merchantIds = [...new Set(delivered.map(({ row }) => row.merchant_id))];
    const values = [
      delivered.map(({ row }) => row.merchant_id),
      delivered.map(({ row }) => row.id),
      delivered.map(({ row }) => row.attempts),
      ...columns(delivered),
    ];
    for (let attempt = 1; ; attempt++) {
      try {
        await queryAsMerchants(this.parts.pool, merchantIds, { ...statement, values });
        return;
      } catch (error) {
        if (!isPassing(error) || attempt === DECIDE_ATTEMPTS) {
          this.logger.error(
            { err: error, metadata: { messages: delivered.length } },
            'the outcome of messages was not written',
          );
          return;
        }
        await sleep(100 * attempt * (1 + Math.random()));
      }
    }
  }
}

function isReleased({ decision }: Delivered): boolean {
  return decision.status === 'released';
}

function decisionColumns(delivered: readonly Delivered[]): unknown[][] {
  return [
    delivered.map(({ decision }) => decision.status),
    delivered.map(({ decision }) => ('reason' in decision ? decision.reason : null)),
    delivered.map(({ decision }) => ('delayMs' in decision ? decision.delayMs : 0)),
  ];
}
