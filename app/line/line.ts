/** Everything of LINE, put together once by `server.ts`: the client, the channels, the health of both, and the workers. */
import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { Cache } from '../cache/cache';
import type { Component } from '../health/components';
import type { Logger } from '../logging';
import { AccessTokens } from './access-tokens';
import type { LineChannel } from './channel';
import { Channels } from './channels';
import { Circuit, type CircuitSettings } from './circuit';
import type { DataKeys } from './credentials';
import { LineClient } from './line-client';
import { lineHealth } from './line-health';
import { LineHttp } from './line-http';
import { backlogReader, createLineMetrics, type LineMetrics } from './line-metrics';
import { type OutboxSettings, OutboxWorker } from './outbox-worker';
import { PushRate, type PushRateLimits } from './push-rate';
import { processEvents } from './inbox';
import { planReminders } from './reminders';
import { WorkerLoop } from './worker-loop';

export interface LineOptions {
  /** Base URL of LINE's API. */
  apiUrl: string;
  dataKeys: DataKeys;
  /** `null`: merchants without a channel of their own send nothing. */
  platformChannel: LineChannel | null;
  /** Whether this process sends messages, works on webhook events and plans reminders. */
  runWorkers: boolean;
  /** Time limit of one call to LINE. */
  timeoutMs?: number;
  circuit?: Partial<CircuitSettings>;
  rateLimits?: PushRateLimits;
  outbox?: Partial<OutboxSettings>;
}

export interface LineSurroundings {
  pool: Pool;
  cache: Cache;
  registry: Registry;
  logger: Logger;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** Webhook events are worked on at once where they arrive; this is for those whose task died. */
const INBOX_PAUSE_MS = 2_000;

const REMINDERS_PAUSE_MS = 30_000;

export class Line {
  readonly pool: Pool;
  readonly dataKeys: DataKeys;
  readonly client: LineClient;
  readonly channels: Channels;
  readonly circuit: Circuit;
  readonly metrics: LineMetrics;
  readonly health: Component;
  readonly rate: PushRate;
  private readonly outbox: OutboxWorker;
  private inboxLoop: WorkerLoop | undefined;
  private remindersLoop: WorkerLoop | undefined;

  constructor(
    private readonly options: LineOptions,
    private readonly surroundings: LineSurroundings,
  ) {
    const { pool, cache, registry, logger, clock } = surroundings;
    this.circuit = new Circuit(options.circuit);
    const http = new LineHttp(options.apiUrl, this.circuit, options.timeoutMs);
    const backlog = backlogReader(pool);
    this.pool = pool;
    this.dataKeys = options.dataKeys;
    this.client = new LineClient(http, new AccessTokens(http));
    this.channels = new Channels(pool, options.dataKeys, options.platformChannel);
    this.metrics = createLineMetrics(registry, backlog, this.circuit);
    this.health = lineHealth(this.client, this.circuit, this.channels, backlog);
    this.rate = new PushRate(cache, options.rateLimits);
    const parts = { pool, client: this.client, channels: this.channels, rate: this.rate, metrics: this.metrics, clock };
    this.outbox = new OutboxWorker(parts, this.circuit, logger, options.outbox);
  }

  start(): void {
    if (!this.options.runWorkers) return;
    const { pool, logger, clock } = this.surroundings;
    this.outbox.start();
    const inbox = { name: 'line inbox', pauseMs: INBOX_PAUSE_MS, run: () => processEvents(pool) };
    this.inboxLoop = new WorkerLoop(inbox, logger);
    const reminders = async () => {
      await planReminders(pool, clock());
      return false;
    };
    this.remindersLoop = new WorkerLoop({ name: 'reminders', pauseMs: REMINDERS_PAUSE_MS, run: reminders }, logger);
  }

  wakeInbox(): void {
    this.inboxLoop?.wake();
  }

  /** Resolves when what was begun is finished or given back. */
  async stop(): Promise<void> {
    await Promise.all([this.outbox.stop(), this.inboxLoop?.stop(), this.remindersLoop?.stop()]);
  }
}
