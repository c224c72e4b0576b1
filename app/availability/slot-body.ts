/** A free slot as the API shows it. */
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../http/types';
import type { Slot } from './slots';

export const SlotBody = Type.Object({ startsAt: Instant, endsAt: Instant, staffId: Id }, { title: 'Slot' });
export type SlotBody = Static<typeof SlotBody>;

export function slotBody({ startsAt, endsAt, staffId }: Slot): SlotBody {
  return { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString(), staffId };
}
