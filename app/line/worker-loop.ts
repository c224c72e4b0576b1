/** Runs a piece of work again and again until it is stopped: at once while there is more, else after a pause or when it is woken. */
import type { Logger } from '../logging';

/** After a failure, which is nearly always the database's, the next try waits this long at first and up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export interface WorkerLoop {
  /** There is work: the pause ends now. */
  wake: () => void;
  /** Resolves when the work under way is done. */
  stop: () => Promise<void>;
}

/** `work` resolves to whether there may be more to do; what it throws is logged, and it is tried again. */
export function startLoop(name: string, pauseMs: number, work: () => Promise<boolean>, logger: Logger): WorkerLoop {
  let stopped = false;
  let endPause: () => void = () => undefined;
  let woken = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stopped || woken) return resolve();
      // Some jitter, so that twenty tasks do not all ask at the same moment.
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    let failures = 0;
    while (!stopped) {
      woken = false;
      try {
        const more = await work();
        failures = 0;
        if (!more) await pause(pauseMs);
      } catch (error) {
        failures += 1;
        logger.warn({ err: error, metadata: { worker: name, failures } }, 'a worker could not do its work');
        await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
      }
    }
  };
  const running = run();
  return {
    wake: () => {
      woken = true;
      endPause();
    },
    stop: () => {
      stopped = true;
      endPause();
      return running;
    },
  };
}
