/** Faults of the fake LINE on demand: the next calls fail in a given way, or a share of all calls at random. */

/**
 * `_accepted` faults do what the call asked for and then fail to say so: the client cannot tell them from the others.
 * `timeout` never answers; `reset` breaks the connection; `rate_limit` is a 429 that passes.
 */
export const FAULTS = [
  'error_500',
  'error_500_accepted',
  'timeout',
  'timeout_accepted',
  'reset',
  'reset_accepted',
  'rate_limit',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Which calls a fault strikes. */
export const ENDPOINTS = ['push', 'token', 'verify', 'other'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export class Faults {
  private readonly queued: { endpoint: Endpoint; fault: Fault }[] = [];
  private readonly shares = new Map<Endpoint, { share: number; faults: readonly Fault[] }>();

  constructor(private readonly random: () => number = Math.random) {}

  /** The next `times` calls of the endpoint. */
  next(endpoint: Endpoint, fault: Fault, times = 1): void {
    for (let index = 0; index < times; index++) this.queued.push({ endpoint, fault });
  }

  /** A share of 0 to 1 of the endpoint's calls, each struck by one of the faults. */
  atRandom(endpoint: Endpoint, share: number, faults: readonly Fault[]): void {
    this.shares.set(endpoint, { share, faults });
  }

  clear(): void {
    this.queued.length = 0;
    this.shares.clear();
  }

  /** The fault that strikes this call, if one does. */
  take(endpoint: Endpoint): Fault | undefined {
    const index = this.queued.findIndex((entry) => entry.endpoint === endpoint);
    if (index >= 0) return this.queued.splice(index, 1)[0]?.fault;
    const random = this.shares.get(endpoint);
    if (!random || this.random() >= random.share) return undefined;
    return random.faults[Math.floor(this.random() * random.faults.length)];
  }
}
