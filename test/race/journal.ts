/** What the clients of a race were told: every answer counted, and every promise kept for the comparison with the table. */

/** A booking as its client was last told that it is. */
export interface Promised {
  id: string;
  status: string;
  staffId: string;
  /** RFC 3339, UTC. */
  startsAt: string;
}

interface Entry {
  promised: Promised;
  /** A hold that its own customer may have given up by asking for another slot. */
  mayBeGone: boolean;
  /** A change was asked for and not clearly answered: either state is right. */
  uncertain: boolean;
}

export interface Answer {
  /** `null`: the connection broke or nothing came in time. */
  status: number | null;
  retryAfter: string | undefined;
  requestId: string | undefined;
  body: Partial<Promised> & { code?: string; detail?: string };
  milliseconds: number;
}

/** Statuses that an action may be answered with when all is well; 503 with Retry-After is counted apart. */
export type Expected = Readonly<Record<string, readonly number[]>>;

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
  busy = 0;

  constructor(private readonly expected: Expected) {}

  /** Counts an answer; true when it says clearly what happened. */
  count(action: string, { status, retryAfter, requestId, body }: Answer): boolean {
    const outcome = status === null ? 'no answer' : body.code === undefined ? String(status) : `${status} ${body.code}`;
    const name = `${action}: ${outcome}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (status === 503 && retryAfter !== undefined) {
      this.busy += 1;
      return false;
    }
    if (status !== null && this.expected[action]?.includes(status)) return true;
    this.faults.push(`${name} (request ${requestId ?? 'unknown'}: ${body.detail ?? 'no detail'})`);
    return false;
  }

  /** A 201 to a key. */
  booked(key: string, promised: Promised): void {
    this.idsByKey.set(key, (this.idsByKey.get(key) ?? new Set()).add(promised.id));
    // A repetition tells the state of the moment, which may be older than what a later answer promised.
    if (!this.entries.has(promised.id)) this.entries.set(promised.id, { promised, mayBeGone: false, uncertain: false });
  }

  changed(promised: Promised): void {
    this.entry(promised.id).promised = promised;
  }

  uncertain(id: string): void {
    this.entry(id).uncertain = true;
  }

  mayBeGone(id: string): void {
    this.entry(id).mayBeGone = true;
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new Error(`Nobody was told of booking ${id}`);
    return entry;
  }
}
