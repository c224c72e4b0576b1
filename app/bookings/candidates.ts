/** Who could do a visit, best first. A wish that nobody could fulfil is refused with every reason at once. */
import { readBusy } from '../availability/busy';
import { type Reason, reasonsAgainst } from '../availability/explain';
import { fairChoice } from '../availability/fair-choice';
import { describeReason } from '../availability/reason-text';
import type { BusyByStaff } from '../availability/slots';
import { refusalsOf, type Visit, visitBy } from '../availability/visit';
import type { Context } from '../context';
import { Problem } from '../http/problem';
import type { Decision } from '../insights/decision';
import type { Catalogue } from '../merchants/catalogue';
import { without } from './moving';
import type { Choice, VisitWish } from './visit-wish';

/** The staff member asked for, or all who are free; empty when everyone who could do it is busy. Throws a 422 Problem. */
export async function candidates(
  context: Context,
  catalogue: Catalogue,
  wish: VisitWish,
  choice: Choice,
  decision: Decision,
): Promise<readonly string[]> {
  decision.candidates =
    wish.staffId === null ? await freeStaff(context, catalogue, wish, choice, decision) : [wish.staffId];
  return decision.candidates;
}

async function freeStaff(
  { primary }: Context,
  catalogue: Catalogue,
  wish: VisitWish,
  { now, seed, moving, customerId }: Choice,
  decision: Decision,
): Promise<string[]> {
  const { serviceIds, startsAt } = wish;
  const asked = { catalogue, serviceIds, agreed: moving?.visit ?? null, startsAt, now };
  const able = [...catalogue.staff.keys()].filter((staffId) => visitBy(asked, staffId).ok);
  const reasons = able.map((staffId) => reasonsAgainst({ ...asked, staffId, busy: NOBODY_BUSY }));
  // Nobody is an answer only where somebody could have: else the wish itself is refused.
  if (!reasons.some((found) => found.length === 0))
    throw refusal(
      catalogue,
      wish,
      able.length > 0 ? reasons.flat() : refusalsOf(catalogue, null, serviceIds),
      decision,
    );
  const day = { from: startsAt, to: startsAt + 1 };
  const busy = without(await readBusy(primary, catalogue.merchantId, able, day, now, customerId), moving);
  return fairChoice({ ...asked, busy, seed });
}

const NOBODY_BUSY: BusyByStaff = new Map();

/** The visit, when nothing but another booking can stand against it: that one the database decides. Throws a 422 Problem. */
export function bookableVisit(
  catalogue: Catalogue,
  wish: VisitWish,
  staffId: string,
  { now, moving }: Pick<Choice, 'now' | 'moving'>,
  decision: Decision,
): Visit {
  const asked = { catalogue, ...wish, agreed: moving?.visit ?? null };
  const reasons = reasonsAgainst({ ...asked, staffId, now, busy: NOBODY_BUSY });
  const result = visitBy(asked, staffId);
  if (reasons.length > 0 || !result.ok) throw refusal(catalogue, wish, reasons, decision);
  return result.visit;
}

/** What stands against a visit that salon staff squeeze in: only what makes it impossible, since every other rule is theirs to bend. */
export function squeezableVisit(
  catalogue: Catalogue,
  wish: VisitWish,
  staffId: string,
  { now, moving }: Pick<Choice, 'now' | 'moving'>,
  decision: Decision,
): Visit {
  const result = visitBy({ catalogue, serviceIds: wish.serviceIds, agreed: moving?.visit ?? null }, staffId);
  const reasons: Reason[] = result.ok ? [] : [...result.refusals];
  if (wish.startsAt < now) reasons.push({ code: 'in_the_past', earliest: now });
  if (reasons.length > 0 || !result.ok) throw refusal(catalogue, wish, reasons, decision);
  return result.visit;
}

function refusal(catalogue: Catalogue, wish: VisitWish, reasons: readonly Reason[], decision: Decision): Problem {
  decision.reasons = reasons;
  const errors = reasons.map((reason) => {
    const { field, message } = describeReason(reason, catalogue.policy.timeZone);
    const value = field === 'startsAt' ? new Date(wish.startsAt).toISOString() : wish[field];
    return { field: `body.${field}`, value, message, code: reason.code };
  });
  const unique = [...new Map(errors.map((error) => [error.message, error])).values()];
  const detail = unique.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem(422, reasons[0]?.code ?? 'refused', detail, { errors: unique });
}
