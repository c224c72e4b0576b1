/** Asks the API for its health as the load balancer does on AWS: without it, an idle laptop looks like a platform that nobody reaches. */
import { HEALTH_PATH } from '../../app/contract/api';

/** As often as the load balancer (lib/load-balancer). */
const EVERY_MS = 10_000;

/** Until `ended` resolves; what is wrong with the answers is for the alerts to say. */
export function checkHealth(baseUrl: string, ended: Promise<unknown>): void {
  const ask = () =>
    fetch(`${baseUrl}${HEALTH_PATH}`, { signal: AbortSignal.timeout(EVERY_MS / 2) }).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  const timer = setInterval(() => void ask(), EVERY_MS).unref();
  void ended.then(() => clearInterval(timer));
}
