/** What maintenance has found, as it is shown to platform admins. */
import { Type } from 'typebox';
import { Instant } from '../http/types';

/** A run as the statements return it. */
export interface LastRun {
  startedAt: Date;
  durationSeconds: number;
  succeeded: boolean;
  summary: string;
  failures: string[];
  notes: string[];
}

/** The part of a health report that is shown: lambda/maintenance/health-report writes it. */
export interface Condition {
  databaseBytes: number;
  connections: number;
  maxConnections: number;
  transactionIdsPercent: number;
}

const MaybeInstant = Type.Union([Instant, Type.Null()]);
const MaybeNumber = Type.Union([Type.Number(), Type.Null()]);
const Sentences = Type.Array(Type.String());

const RunBody = Type.Object(
  {
    startedAt: Instant,
    durationSeconds: Type.Number(),
    succeeded: Type.Boolean(),
    summary: Type.String({ description: 'What was done; empty when it failed' }),
    failures: Type.Array(Type.String(), { description: 'What is wrong and what to do' }),
    notes: Type.Array(Type.String(), { description: 'Worth knowing, and no reason for an alarm' }),
  },
  { title: 'MaintenanceRun' },
);

export const TaskBody = Type.Object(
  {
    name: Type.String(),
    purpose: Type.String(),
    every: Type.Enum(['hour', 'day', 'week', 'month']),
    limitMinutes: Type.Integer(),
    runsOn: Type.Enum(['lambda', 'container', 'workflow']),
    severity: Type.Enum(['P0', 'P1', 'P2', 'P3'], { description: 'Of the alarm when it fails or does not run' }),
    runbook: Type.String({ description: 'The page that says what to do' }),
    lastRun: Type.Union([RunBody, Type.Null()], { description: 'null: it has not run here yet' }),
    lastSuccessAt: MaybeInstant,
    overdue: Type.Boolean({ description: 'It has run before, and has not succeeded in time since' }),
  },
  { title: 'MaintenanceTask' },
);

const GrowthBody = Type.Object(
  {
    name: Type.String(),
    unit: Type.Enum(['bytes', 'requests']),
    now: Type.Number({ description: 'Mean of the last week' }),
    percent: Type.Union([Type.Number(), Type.Null()], { description: 'A month; null: known for too few days' }),
    plannedPercent: Type.Number(),
    limit: Type.Union([Type.Number(), Type.Null()], { description: 'null: nothing ends it' }),
    monthsLeft: MaybeNumber,
  },
  { title: 'Growth' },
);

export const CapacityBody = Type.Object(
  {
    report: Type.Union(
      [
        Type.Object({ at: Instant, failures: Sentences, notes: Sentences, growth: Type.Array(GrowthBody) }),
        Type.Null(),
      ],
      { description: 'null: capacity-report has not run yet; it reads CloudWatch, so it runs on AWS only' },
    ),
    database: Type.Union(
      [
        Type.Object({
          at: Instant,
          databaseBytes: Type.Number(),
          connections: Type.Number(),
          maxConnections: Type.Number(),
          transactionIdsPercent: Type.Number({ description: 'Of those until PostgreSQL refuses to write' }),
        }),
        Type.Null(),
      ],
      { description: 'By the newest health report; null: there is none yet' },
    ),
    databaseSizes: Type.Array(Type.Object({ at: Instant, databaseBytes: Type.Number() }), {
      description: 'By the health reports of the last 65 days, the newest first',
    }),
  },
  { title: 'Capacity' },
);
