/** Asks every component how it is, each within a time limit, and sums it up (requirement C4). */
import { types } from 'node:util';

export type ComponentStatus = 'healthy' | 'degraded' | 'unhealthy';

export interface ComponentHealth {
  status: ComponentStatus;
  last_check: string;
  response_time_ms: number;
  error_message: string | null;
}

export interface Component {
  /** What the platform is without it: the database's loss makes it unhealthy, the others' only degrade it. */
  withoutIt: 'degraded' | 'unhealthy';
  /** Resolves to a warning when the component works but not well, else to nothing; rejects when it does not work. */
  check: () => Promise<string | undefined>;
}

export interface Health {
  status: ComponentStatus;
  components: Record<string, ComponentHealth>;
}

/** A component that takes longer is down for all that its users can tell (requirement C4). */
const CHECK_TIMEOUT_MS = 5_000;

const RANK: Record<ComponentStatus, number> = { healthy: 0, degraded: 1, unhealthy: 2 };

export async function checkComponents(
  components: Record<string, Component>,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<Health> {
  const entries = await Promise.all(
    Object.entries(components).map(async ([name, component]) => [name, await checkOne(component, timeoutMs)] as const),
  );
  const status = entries.reduce<ComponentStatus>(
    (worst, [, { status }]) => (RANK[status] > RANK[worst] ? status : worst),
    'healthy',
  );
  return { status, components: Object.fromEntries(entries) };
}

async function checkOne({ withoutIt, check }: Component, timeoutMs: number): Promise<ComponentHealth> {
  const started = performance.now();
  const result = (status: ComponentStatus, message: string | null): ComponentHealth => ({
    status,
    last_check: new Date().toISOString(),
    response_time_ms: Math.round((performance.now() - started) * 10) / 10,
    error_message: message,
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    const warning = await Promise.race([check(), timeout]);
    return warning === undefined ? result('healthy', null) : result('degraded', warning);
  } catch (error) {
    return result(withoutIt, publicMessage(error));
  } finally {
    clearTimeout(timer);
  }
}

/** A reason without addresses or credentials: the error's code when it has one. */
function publicMessage(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
