/** The nearest free slots to one that was lost, read from the primary so that they are as fresh as can be. */
import { alternatives as nearestFree } from '../availability/alternatives';
import { readBusy } from '../availability/busy';
import { slotBody, type SlotBody } from '../availability/slot-body';
import type { Context } from '../context';
import type { Catalogue } from '../merchants/catalogue';

const DAY = 24 * 60 * 60_000;

/** A week around the wished time: who cannot come at three rarely wants another month. */
const BEFORE = 2 * DAY;
const AFTER = 5 * DAY;

export type Alternatives = SlotBody[];

export async function alternatives(
  { primary }: Context,
  catalogue: Catalogue,
  wish: { serviceIds: readonly string[]; staffId: string | null; startsAt: number; now: number; seed: number },
): Promise<Alternatives> {
  const range = { from: Math.max(wish.now, wish.startsAt - BEFORE), to: wish.startsAt + AFTER };
  const busy = await readBusy(primary, catalogue.merchantId, [...catalogue.staff.keys()], range, wish.now);
  return nearestFree({ catalogue, ...wish, ...range, busy }).map(slotBody);
}
