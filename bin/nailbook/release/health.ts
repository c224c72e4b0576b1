/** Asks the API of an environment how it is, as users reach it. */
import { COMPONENT_HEALTH_PATH } from '../../../app/contract/api';
import { reasonOf } from '../../../app/contract/reason';
import type { Clock } from './follow';

/** Up to 10 times, 10 s apart (requirement B4). */
const LOOKS = 10;
const APART_SECONDS = 10;
const TIMEOUT_MS = 5_000;

/** `fetch`, as far as it is used here. */
export type Get = (url: string, init?: RequestInit) => Promise<Response>;

export interface HealthAnswer {
  status: string;
  version: string;
  components: Record<string, { status: string; error_message: string | null }>;
}

/** Throws an Error that says why there is no answer. An unhealthy API answers with 503 and the same body. */
export async function askHealth(host: string, get: Get): Promise<HealthAnswer> {
  const response = await get(`https://${host}${COMPONENT_HEALTH_PATH}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status !== 200 && response.status !== 503) {
    throw new Error(`https://${host}${COMPONENT_HEALTH_PATH} answers ${response.status}`);
  }
  const answer: HealthAnswer = JSON.parse(await response.text());
  return answer;
}

export interface HealthCheck {
  healthy: boolean;
  looks: number;
  /** A sentence. */
  found: string;
}

/** Healthy at the first look that is not unhealthy: without cache or LINE the platform still serves. */
export async function checkHealth(host: string, get: Get, { pause }: Clock): Promise<HealthCheck> {
  let found = '';
  for (let looks = 1; looks <= LOOKS; looks++) {
    try {
      const { status, version } = await askHealth(host, get);
      found = `${host} is ${status}, version ${version}`;
      if (status !== 'unhealthy') return { healthy: true, looks, found };
    } catch (error) {
      found = `${host} does not answer: ${reasonOf(error)}`;
    }
    if (looks < LOOKS) await pause(APART_SECONDS);
  }
  return { healthy: false, looks: LOOKS, found };
}
