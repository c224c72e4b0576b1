/** What is measured of LINE and the outbox, with names from the contract. */
import type { Pool } from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { METRICS } from '../contract/metrics';
import type { Circuit } from './circuit';

/**
 * How a message's attempt ended: `sent`, `already_sent` (accepted under an earlier attempt), `skipped` (nothing to say any more, or
 * nobody to say it to), `unavailable`, `rate_limited`, `credentials_refused` (tried again later), `quota_exhausted`, `refused`,
 * `gave_up` (lost for the customer), `error` (of our own).
 */
export type PushResult =
  | 'sent'
  | 'already_sent'
  | 'skipped'
  | 'unavailable'
  | 'rate_limited'
  | 'credentials_refused'
  | 'quota_exhausted'
  | 'refused'
  | 'gave_up'
  | 'error';

export interface LineMetrics {
  pushes: Counter<'result'>;
  pushSeconds: Histogram;
  webhookEvents: Counter<'result'>;
}

export interface Backlog {
  messagesWaiting: number;
  /** Age in seconds of the oldest message that is due or was tried in vain; 0 when none waits. */
  oldestSeconds: number;
  channelsRefused: number;
  channelsExhausted: number;
}

/** Upper bounds in seconds: LINE answers in about 0.1 s, and 5 s is the time limit. */
const PUSH_BUCKETS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** `backlog` is asked at each scrape; it is one of the whole platform, so every task reports the same figures. */
export function createLineMetrics(registry: Registry, backlog: () => Promise<Backlog>, circuit: Circuit): LineMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  // Without the database there is nothing to say; the pool's metrics and the health page tell why.
  const ofBacklog = (figure: keyof Backlog) => () =>
    backlog().then(
      (figures) => figures[figure],
      () => Number.NaN,
    );
  gauge(METRICS.outboxMessagesWaiting, 'Messages that are due or were tried in vain', ofBacklog('messagesWaiting'));
  gauge(METRICS.outboxOldestSeconds, 'Age of the oldest such message', ofBacklog('oldestSeconds'));
  gauge(METRICS.lineChannelsRefused, 'LINE channels whose credentials LINE refuses', ofBacklog('channelsRefused'));
  gauge(
    METRICS.lineChannelsExhausted,
    'LINE channels that used up their month’s messages',
    ofBacklog('channelsExhausted'),
  );
  gauge(METRICS.lineCircuitOpen, '1 while this task calls LINE only to see whether it is back', () =>
    Number(circuit.isOpen),
  );
  return {
    pushes: new Counter({
      name: METRICS.linePushes,
      help: 'Attempts to send a message, by how they ended',
      labelNames: ['result'],
      registers,
    }),
    pushSeconds: new Histogram({
      name: METRICS.linePushSeconds,
      help: 'Time of one push to LINE',
      buckets: PUSH_BUCKETS,
      registers,
    }),
    webhookEvents: new Counter({
      name: METRICS.lineWebhookEvents,
      help: 'Events that LINE delivered: stored, repeated (known already), ignored (of no interest), or refused (badly signed)',
      labelNames: ['result'],
      registers,
    }),
  };
}

/** One scrape asks for several figures: they come from one query. */
const REMEMBER_MS = 1_000;

export function backlogReader(pool: Pool): () => Promise<Backlog> {
  let read: { backlog: Promise<Backlog>; at: number } | undefined;
  return () => {
    if (!read || Date.now() - read.at > REMEMBER_MS) read = { backlog: readBacklog(pool), at: Date.now() };
    return read.backlog;
  };
}

async function readBacklog(pool: Pool): Promise<Backlog> {
  const { rows } = await pool.query<Record<keyof Backlog, string | number>>({
    name: 'line-backlog',
    text: `SELECT messages_waiting AS "messagesWaiting", oldest_seconds AS "oldestSeconds",
                  channels_refused AS "channelsRefused", channels_exhausted AS "channelsExhausted" FROM line_backlog()`,
  });
  const [row] = rows;
  if (!row) throw new Error('line_backlog() returned nothing');
  return {
    messagesWaiting: Number(row.messagesWaiting),
    oldestSeconds: Number(row.oldestSeconds),
    channelsRefused: Number(row.channelsRefused),
    channelsExhausted: Number(row.channelsExhausted),
  };
}
