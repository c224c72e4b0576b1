/** A program's life from its start to its end: every way that it can end is logged like everything else, and ends it. */
import { SHUTDOWN_GRACE_SECONDS } from './contract/api';
import type { Logger } from './logging';

/**
 * Starts a program. `start` resolves, once it serves, with what stops it without losing anything; SIGTERM and SIGINT ask for that, however
 * often they come. Exit code 0 after such an end, 1 when it could not start, could not stop in time, or met an error that nobody expected.
 */
export function live(logger: Logger, start: () => Promise<() => Promise<void>>): void {
  const end = (exitCode: number) => logger.flush(() => process.exit(exitCode));
  // Node itself would write warnings as plain text. Without their stacks: to read the first one loads the source map, 75 MB for good.
  const logWarning = ({ name, message }: Error) => logger.warn({ metadata: { name, reason: message } }, 'Node warns');
  process.removeAllListeners('warning').on('warning', logWarning);
  process.on('uncaughtException', (error, origin) => {
    logger.error({ err: error, metadata: { origin } }, 'an error that nobody expected ends this task');
    end(1);
  });

  let stop: (() => Promise<void>) | undefined;
  let told = false;
  const tell = async (signal: NodeJS.Signals) => {
    if (told) return;
    told = true;
    logger.info({ metadata: { signal } }, 'stopping: finishing the requests under way');
    const late = () => {
      logger.error('requests were still under way when the time to stop was over');
      end(1);
    };
    setTimeout(late, SHUTDOWN_GRACE_SECONDS * 1000).unref();
    try {
      // Who does not serve yet has nothing to finish.
      await stop?.();
      logger.info('stopped');
      end(0);
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      end(1);
    }
  };
  process.on('SIGTERM', (signal) => void tell(signal));
  process.on('SIGINT', (signal) => void tell(signal));

  const begin = async () => {
    try {
      stop = await start();
    } catch (error) {
      logger.error({ err: error }, 'the API could not start');
      end(1);
    }
  };
  void begin();
}
