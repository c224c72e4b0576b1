/** Runs a booking decision under observation: the answer names it, and an insight of it is kept. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { Problem, withMembers } from '../http/problem';
import type { Catalogue } from '../merchants/catalogue';
import { type AskedFor, type Decision, type DecisionAction, decisionId, type DecisionOutcome } from './decision';

export const DECISION_ID_HEADER = 'nailbook-decision-id';

export interface Asking {
  context: Context;
  request: FastifyRequest;
  reply: FastifyReply;
  identity: Identity;
  catalogue: Catalogue;
  action: DecisionAction;
  asked: AskedFor;
  /** The booking that is to change; `null` when one is to be made. */
  bookingId: string | null;
}

/** What a use case answers with. */
export interface Granted {
  booking: { id: string };
  /** It had been granted before. */
  repeated: boolean;
}

/** Rethrows whatever `work` throws, a Problem with the decision's id among its members. */
export async function decide<T extends Granted>(asking: Asking, work: (decision: Decision) => Promise<T>): Promise<T> {
  const { context, request, reply, identity, catalogue, action, asked, bookingId } = asking;
  const started = performance.now();
  const at = context.clock();
  const decision: Decision = {
    id: decisionId(at),
    at,
    merchantId: catalogue.merchantId,
    action,
    actorRole: identity.role,
    requestId: request.id,
    asked,
    policy: catalogue.policy,
    bookingId,
    candidates: [],
    reasons: [],
    alternatives: null,
  };
  reply.header(DECISION_ID_HEADER, decision.id);
  const record = (outcome: DecisionOutcome, code: string | null) =>
    context.insights.record(Object.assign(decision, { outcome, code, durationMs: performance.now() - started }));
  try {
    const granted = await work(decision);
    decision.bookingId = granted.booking.id;
    record(granted.repeated ? 'repeated' : GRANTED[action], null);
    return granted;
  } catch (error) {
    if (!(error instanceof Problem)) {
      record('failed', null);
      throw error;
    }
    record(error.status >= 500 ? 'failed' : error.code === 'slot_taken' ? 'taken' : 'refused', error.code);
    throw withMembers(error, { decisionId: decision.id });
  }
}

const GRANTED: Record<DecisionAction, DecisionOutcome> = {
  create: 'booked',
  hold: 'booked',
  confirm: 'booked',
  reschedule: 'booked',
  cancel: 'changed',
  complete: 'changed',
  no_show: 'changed',
};
