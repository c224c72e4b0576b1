/** The checks of the runbooks by name: each reads, changes nothing, and says in plain words what is wrong and what to do next. */
import type { ClientBase } from 'pg';
import type { DatabaseLogin } from '../../../app/database/pool';
import { isPassing, sqlState } from '../../../app/database/errors';
import { withDatabase } from '../database/session';
import { type CacheAddress, diagnoseCache } from './cache';
import { diagnoseConstraint } from './constraint';
import { diagnoseDatabase } from './database';
import type { Diagnosis } from './finding';
import { diagnoseLine } from './line';
import { diagnoseOverlap } from './overlap';
import { diagnosePool } from './pool';

/** Each with the page that tells what to do about it. */
export const DIAGNOSES = {
  overlap: { runbook: 'overlap-spike', asks: 'who loses slots, and is it more than a rush?' },
  line: { runbook: 'line-push-failures', asks: 'which messages do not arrive, and because of whom?' },
  pool: { runbook: 'pool-exhausted', asks: 'who holds the connections, and what for?' },
  constraint: { runbook: 'overlap-guard', asks: 'is no_overlap_bookings there, kept, and its index quick?' },
  database: { runbook: 'database-unreachable', asks: 'does it answer, and what stands in its way?' },
  cache: { runbook: 'cache', asks: 'does it answer, and does what it holds fit?' },
} as const;
export type DiagnosisName = keyof typeof DIAGNOSES;

export interface DiagnosisRequest {
  what: DiagnosisName;
  /** How far to look back. */
  minutes: number;
  /** What counts as long; left out, what the check takes for long itself. */
  seconds?: number;
  /** Connections that the pool of one task may open. */
  poolLimit: number;
}

/** Of a statement, when the pool is short; of a transaction, when the database is examined. */
export const LONG_SECONDS = { pool: 1, database: 60 };

/** Rejects when the database is away (`isAway`). */
export async function diagnose(
  request: DiagnosisRequest,
  login: () => DatabaseLogin,
  cache: () => Promise<CacheAddress | null>,
): Promise<Diagnosis> {
  const { what } = request;
  if (what === 'cache') return diagnoseCache(await cache());
  const started = performance.now();
  return withDatabase(login(), (client) => examine({ ...request, what }, client, performance.now() - started));
}

async function examine(
  { what, minutes, seconds, poolLimit }: DiagnosisRequest & { what: Exclude<DiagnosisName, 'cache'> },
  client: ClientBase,
  connectMs: number,
): Promise<Diagnosis> {
  if (what === 'overlap') return diagnoseOverlap(client, { minutes });
  if (what === 'line') return diagnoseLine(client, { minutes });
  if (what === 'pool') return diagnosePool(client, { poolLimit, seconds: seconds ?? LONG_SECONDS.pool });
  if (what === 'constraint') return diagnoseConstraint(client);
  return diagnoseDatabase(client, { connectMs, seconds: seconds ?? LONG_SECONDS.database });
}

/** Whether nobody gets in: a refused login and a missing database keep everybody out just as well. */
export function isAway(error: unknown): error is NodeJS.ErrnoException {
  return isPassing(error) || ['28P01', '28000', '3D000'].includes(sqlState(error) ?? '');
}
