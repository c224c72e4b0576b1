/** Runs a piece of work again and again until it is stopped: at once while there is more, else after a pause or when it is woken. */
import type { Logger } from '../logging';

/** After a failure, which is nearly always the database's, the next try waits this long at first and up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export interface Work {
  /** For the log. */
  name: string;
  /** How long to wait when there was nothing to do. */
  pauseMs: number;
  /** Resolves to whether there may be more to do. What it throws is logged, and it is tried again. */
  run: () => Promise<boolean>;
}

export class WorkerLoop {
  private stopped = false;
  private woken = false;
  private failures = 0;
  private pauseEnds: (() => void) | undefined;
  private readonly running: Promise<void>;

  /** Begins at once. */
  constructor(
    private readonly work: Work,
    private readonly logger: Logger,
  ) {
    this.running = this.loop();
  }

  /** There is work: the pause ends now. */
  wake(): void {
    this.woken = true;
    this.pauseEnds?.();
  }

  /** Resolves when the work under way is done. */
  stop(): Promise<void> {
    this.stopped = true;
    this.pauseEnds?.();
    return this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      const pauseMs = await this.runOnce();
      if (pauseMs > 0 && !this.stopped && !this.woken) await this.pause(pauseMs);
    }
  }

  /** How long to pause afterwards. */
  private async runOnce(): Promise<number> {
    try {
      const more = await this.work.run();
      this.failures = 0;
      return more ? 0 : this.work.pauseMs;
    } catch (error) {
      this.failures += 1;
      const metadata = { worker: this.work.name, failures: this.failures };
      this.logger.warn({ err: error, metadata }, 'a worker could not do its work');
      return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      // Some jitter, so that twenty tasks do not all ask at the same moment.
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      this.pauseEnds = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
