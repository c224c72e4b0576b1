/**
 * Writes insights after the answer has gone: a request only pushes an object, and at most ten times a second one statement stores
 * what has gathered. When the database cannot keep up, insights are dropped and counted, never a request delayed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isPassing } from '../database/errors';
import { asMerchants } from '../database/tenancy';
import type { Insight } from './decision';
import { COMMIT_SOON, WRITE_INSIGHTS } from './statements';

/** Insights are about 1 kB each: the queue stays under 20 MB, and outlasts a restart of the database at 1,000 decisions/s. */
const MAX_WAITING = 20_000;
const MAX_ROWS = 500;
const GATHER_MS = 100;

/** Waits before a batch is tried again: together about as long as the queue lasts at 1,000 decisions/s. */
const RETRY_AFTER_MS = [100, 1_000, 5_000, 15_000];

export interface InsightWriterEvents {
  written(count: number): void;
  dropped(count: number, error?: unknown): void;
}

export class InsightWriter {
  private waiting: Insight[] = [];
  private writing: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly pool: Pool,
    private readonly events: InsightWriterEvents,
  ) {}

  /** Never throws and never waits. */
  record(insight: Insight): void {
    if (this.waiting.length >= MAX_WAITING) {
      this.events.dropped(1);
      return;
    }
    this.waiting.push(insight);
    this.writing ??= this.writeAll();
  }

  /** Resolves when everything recorded before is written or dropped. */
  async flush(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** Writes what is left, at once; a database that is away now is not waited for. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.flush();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.waiting.length < MAX_ROWS) await this.pause(GATHER_MS);
      await this.write(this.waiting.splice(0, MAX_ROWS));
    }
    this.writing = undefined;
  }

  private async write(batch: readonly Insight[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await insert(this.pool, batch);
        this.events.written(batch.length);
        return;
      } catch (error) {
        const wait = RETRY_AFTER_MS[attempt];
        if (wait === undefined || !isPassing(error) || this.closing.signal.aborted) {
          this.events.dropped(batch.length, error);
          return;
        }
        await this.pause(wait);
      }
    }
  }

  /** Cut short when the writer closes. */
  private async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.closing.signal });
    } catch (error) {
      if (!this.closing.signal.aborted) throw error;
    }
  }
}

async function insert(pool: Pool, batch: readonly Insight[]): Promise<void> {
  const merchantIds = [...new Set(batch.map(({ merchantId }) => merchantId))];
  const rows = JSON.stringify(batch.map(toRow));
  await asMerchants(pool, merchantIds, (client) =>
    Promise.all([client.query(COMMIT_SOON), client.query({ ...WRITE_INSIGHTS, values: [rows] })]),
  );
}

function toRow(insight: Insight): Record<string, unknown> {
  const { asked, candidates, reasons, policy, alternatives } = insight;
  return {
    merchant_id: insight.merchantId,
    id: insight.id,
    at: new Date(insight.at),
    action: insight.action,
    outcome: insight.outcome,
    code: insight.code,
    booking_id: insight.bookingId,
    actor_role: insight.actorRole,
    request_id: insight.requestId,
    duration_ms: insight.durationMs,
    state: { asked, candidates, reasons, policy, alternatives },
  };
}
