/** The manager of a salon, who puts visits beside others, moves them, moves them back among the others, and cancels them. */
import { pick, RaceClient } from './client';
import type { Promised } from './journal';

const REASON = 'a regular customer, with a broken nail';

export class RaceManager extends RaceClient {
  override async act(): Promise<void> {
    const { manager, staffIds } = this.options.salon;
    const dice = Math.random();
    const booking = pick([...this.own.values()].filter(({ status }) => status === 'confirmed'));
    if (!booking || dice < 0.5) {
      const staffId = pick(staffIds) ?? null;
      const wish = { ...this.options.wish(), staffId, customerId: manager.customerId };
      return this.book('squeeze in', { ...wish, squeezeIn: true, reason: REASON });
    }
    if (dice < 0.6) return this.repeat();
    if (dice < 0.75) return this.change('cancel', booking);
    return this.moveOn(booking, dice < 0.87);
  }

  private moveOn(booking: Promised, squeezing: boolean): Promise<void> {
    const { startsAt } = this.options.wish();
    if (squeezing) return this.reschedule('squeeze elsewhere', booking, { startsAt, squeezeIn: true, reason: REASON });
    return this.reschedule('move back', booking, { startsAt, staffId: null });
  }
}
