/** What the clients of a race were told: every answer counted, and every promise kept for the comparison with the table. */

/** A booking as its client was last told that it is. */
export interface Promised {
  id: string;
  status: string;
  staffId: string;
  /** RFC 3339, UTC. */
  startsAt: string;
  squeezedIn: boolean;
}

interface Entry {
  promised: Promised;
  /** A hold that its own customer may have given up by asking for another slot, or that expired. */
  mayBeGone: boolean;
  /** When the hold had surely expired (`performance.now()`): no request that begins later may confirm it. */
  expired: number;
  /** A change was asked for and never clearly answered: either state is right. */
  uncertain: boolean;
}

export interface Answer {
  /** `null`: the connection broke or nothing came in time. */
  status: number | null;
  /** False where nobody listened: nobody can have done anything. */
  reached: boolean;
  retryAfter: string | undefined;
  requestId: string | undefined;
  body: Partial<Promised> & { code?: string; detail?: string };
  milliseconds: number;
}

/** Statuses that an action may be answered with when all is well; 503 with Retry-After is counted apart. */
export type Expected = Readonly<Record<string, readonly number[]>>;

/** `clear`: it says what happened; `again`: the same request must be repeated; `fault`: nobody should ever get it. */
export type Verdict = 'clear' | 'again' | 'fault';

export class Journal {
  /** By action and outcome. */
  readonly counts = new Map<string, number>();
  /** Milliseconds of every answered attempt to book or hold. */
  readonly creationTimes: number[] = [];
  readonly entries = new Map<string, Entry>();
  /** What each idempotency key was answered with: one booking, or something is wrong. */
  readonly idsByKey = new Map<string, Set<string>>();
  /** Keys whose request may have booked without an answer that says so. */
  readonly uncertainKeys = new Set<string>();
  /** Answers that nobody should ever get. */
  readonly faults: string[] = [];
  /** Holds that were confirmed though they had expired before. */
  readonly revived: string[] = [];
  /** 503 with Retry-After. */
  busy = 0;
  /** Requests that a killed process took with it, and those that came while it was gone. */
  lost = 0;
  refused = 0;
  /** Requests that were answered clearly after a 503 or a lost one. */
  settled = 0;
  /** Requests that were repeated until their client's patience ended. */
  givenUp = 0;

  constructor(private readonly expected: Expected) {}

  /** Counts an answer; `killed`: the process that was asked was killed meanwhile. */
  count(action: string, { status, reached, retryAfter, requestId, body }: Answer, killed: boolean): Verdict {
    const outcome =
      status === null
        ? reached
          ? 'connection lost'
          : 'nobody there'
        : body.code === undefined
          ? String(status)
          : `${status} ${body.code}`;
    const name = `${action}: ${outcome}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (status === 503 && retryAfter !== undefined) {
      this.busy += 1;
      return 'again';
    }
    if (status === null && killed) {
      if (reached) this.lost += 1;
      else this.refused += 1;
      return 'again';
    }
    if (status !== null && this.expected[action]?.includes(status)) return 'clear';
    this.faults.push(`${name} (request ${requestId ?? 'unknown'}: ${body.detail ?? 'no detail'})`);
    return 'fault';
  }

  /** A 201 to a key. */
  booked(key: string, promised: Promised): void {
    this.idsByKey.set(key, (this.idsByKey.get(key) ?? new Set()).add(promised.id));
    // A repetition tells the state of the moment, which may be older than what a later answer promised.
    if (!this.entries.has(promised.id))
      this.entries.set(promised.id, { promised, mayBeGone: false, expired: Infinity, uncertain: false });
  }

  /** A 200 to a change that was first asked for at `since`. */
  changed(promised: Promised, since: number): void {
    const entry = this.entry(promised.id);
    if (since > entry.expired && promised.status === 'confirmed') this.revived.push(`hold ${promised.id}`);
    entry.promised = promised;
  }

  uncertain(id: string): void {
    this.entry(id).uncertain = true;
  }

  mayBeGone(id: string): void {
    this.entry(id).mayBeGone = true;
  }

  expired(id: string): void {
    this.entry(id).expired = performance.now();
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new Error(`Nobody was told of booking ${id}`);
    return entry;
  }
}
