/** The answer to a lost race: 409 with what else was free a moment ago. */
import { slotBody } from '../availability/slot-body';
import type { Context } from '../context';
import { Problem } from '../http/problem';
import type { Decision } from '../insights/decision';
import type { Catalogue } from '../merchants/catalogue';
import type { Choice, VisitWish } from './visit-wish';

export async function slotTaken(
  context: Context,
  catalogue: Catalogue,
  { serviceIds, staffId, startsAt }: VisitWish,
  choice: Choice,
  decision: Decision,
): Promise<Problem> {
  const found = await context.lost.alternatives(catalogue, { serviceIds, staffId, startsAt, ...choice });
  decision.alternatives = found.length;
  return new Problem(409, 'slot_taken', 'Somebody else has this slot; the alternatives were free a moment ago', {
    alternatives: found.map(slotBody),
  });
}
