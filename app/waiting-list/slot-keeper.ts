/** The worker that frees the slots of ended holds and offers freed slots to those who wait. Every process runs one; they share the work. */
import { MAX_SWEPT, sweepHolds } from '../bookings/sweep-holds';
import { WorkerLoop } from '../line/worker-loop';
import type { Logger } from '../logging';
import { type Keeping, offerFreedSlots } from './offers';

/** A freed slot is offered within about this time. */
const PAUSE_MS = 2_000;

/** Ended holds or freed slots that one look across all merchants takes notice of. */
const MAX_SEEN = 1_000;

const FIND_MERCHANTS = {
  name: 'merchants-with-slots-to-free',
  text: 'SELECT merchants_with_slots_to_free($1, $2) AS id',
};

export class SlotKeeper {
  private loop: WorkerLoop | undefined;
  private stopping = false;

  constructor(
    private readonly context: Keeping,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop = new WorkerLoop({ name: 'slot keeper', pauseMs: PAUSE_MS, run: () => this.round() }, this.logger);
  }

  /** Resolves when the merchant under way is done. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop?.stop();
  }

  /** Once through every merchant with work; resolves to whether there may be more. One merchant's failure does not stop the others. */
  async round(): Promise<boolean> {
    const { primary, clock } = this.context;
    const values = [new Date(clock()), MAX_SEEN];
    const { rows } = await primary.query<{ id: string }>({ ...FIND_MERCHANTS, values });
    let more = false;
    for (const { id } of rows) {
      if (this.stopping) break;
      try {
        const swept = await sweepHolds(this.context, id);
        await offerFreedSlots(this.context, id);
        more ||= swept === MAX_SWEPT;
      } catch (error) {
        this.logger.warn(
          { err: error, metadata: { merchant_id: id } },
          'slots of a salon could not be freed or offered',
        );
      }
    }
    return more;
  }
}
