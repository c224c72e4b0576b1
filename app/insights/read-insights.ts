/** Reads insights: one, or a page of them, with every reason in words. */
import type { Pool } from 'pg';
import { type Static, Type } from 'typebox';
import type { Role } from '../auth/tokens';
import type { Reason } from '../availability/explain';
import { ReasonBody, reasonBody } from '../availability/reason-body';
import { queryAsMerchant } from '../database/tenancy';
import type { Language } from '../http/language';
import { Problem } from '../http/problem';
import { Id, Instant } from '../http/types';
import type { BookingPolicy } from '../merchants/catalogue';
import {
  type AskedFor,
  DECISION_ACTIONS,
  DECISION_OUTCOMES,
  type DecisionAction,
  type DecisionOutcome,
} from './decision';
import { LIST_INSIGHTS, READ_INSIGHT } from './statements';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

export const InsightBody = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    at: Instant,
    action: Type.Enum([...DECISION_ACTIONS]),
    outcome: Type.Enum([...DECISION_OUTCOMES], {
      description: 'repeated: granted before and answered again; taken: somebody else has the slot',
    }),
    code: Nullable(Type.String({ description: 'Why it was not granted' })),
    bookingId: Nullable(Id),
    actorRole: Type.String(),
    requestId: Type.String({ description: 'Finds the request in the logs' }),
    durationMs: Type.Number(),
    asked: Type.Object({
      startsAt: Type.Optional(Instant),
      staffId: Type.Optional(Nullable(Id)),
      serviceIds: Type.Optional(Type.Array(Id)),
      squeezeIn: Type.Optional(Type.Boolean()),
    }),
    candidates: Type.Array(Id, { description: 'Staff members who could have done it, best first' }),
    reasons: Type.Array(ReasonBody),
    alternatives: Nullable(
      Type.Integer({ description: 'How many other slots were offered; null: none were looked for' }),
    ),
    policy: Type.Record(Type.String(), Type.Unknown(), { description: "The salon's rules at that moment" }),
  },
  { title: 'Decision' },
);

export type InsightBody = Static<typeof InsightBody>;

interface InsightRow {
  id: string;
  at: Date;
  action: DecisionAction;
  outcome: DecisionOutcome;
  code: string | null;
  booking_id: string | null;
  actor_role: Role;
  request_id: string;
  duration_ms: number;
  state: {
    asked: AskedFor;
    candidates: string[];
    reasons: Reason[];
    policy: BookingPolicy;
    alternatives: number | null;
  };
}

/** Throws a 404 Problem when there is none (yet). */
export async function readInsight(
  pool: Pool,
  merchantId: string,
  id: string,
  language: Language,
): Promise<InsightBody> {
  const { rows } = await queryAsMerchant<InsightRow>(pool, merchantId, { ...READ_INSIGHT, values: [merchantId, id] });
  if (!rows[0]) {
    throw new Problem(
      404,
      'decision_unknown',
      `There is no decision ${id}; a new one can be read a moment after its answer`,
    );
  }
  return toBody(rows[0], language);
}

export interface InsightPage {
  decisions: InsightBody[];
  /** `null`: this was the last page. */
  nextCursor: string | null;
}

/** Newest first. `cursor` is the id of the last decision of the page before. */
export async function listInsights(
  pool: Pool,
  page: { merchantId: string; outcome?: DecisionOutcome; limit: number; cursor?: string },
  language: Language,
): Promise<InsightPage> {
  const { merchantId, outcome = null, limit, cursor = null } = page;
  const { rows } = await queryAsMerchant<InsightRow>(pool, merchantId, {
    ...LIST_INSIGHTS,
    values: [merchantId, outcome, cursor, limit + 1],
  });
  const decisions = rows.slice(0, limit).map((row) => toBody(row, language));
  return { decisions, nextCursor: rows.length > limit ? (decisions.at(-1)?.id ?? null) : null };
}

function toBody(row: InsightRow, language: Language): InsightBody {
  const { asked, candidates, reasons, policy, alternatives } = row.state;
  const { startsAt, serviceIds, ...rest } = asked;
  return {
    id: row.id,
    at: row.at.toISOString(),
    action: row.action,
    outcome: row.outcome,
    code: row.code,
    bookingId: row.booking_id,
    actorRole: row.actor_role,
    requestId: row.request_id,
    durationMs: row.duration_ms,
    asked: {
      ...rest,
      ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt).toISOString() }),
      ...(serviceIds === undefined ? {} : { serviceIds: [...serviceIds] }),
    },
    candidates,
    reasons: reasons.map((reason) => reasonBody(reason, policy.timeZone, language)),
    alternatives,
    policy: { ...policy },
  };
}
