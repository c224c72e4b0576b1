/** The circuit to LINE: after many failures in a row nobody calls for a while, then one call tries whether LINE is back. */

export interface CircuitSettings {
  /** Failures in a row that open it: more than a passing hiccup hits among the pushes under way. */
  failures: number;
  /** How long nobody calls; short, because one call an interval is cheap and messages wait meanwhile. */
  restMs: number;
}

const DEFAULTS: CircuitSettings = { failures: 20, restMs: 5_000 };

export class Circuit {
  private failures = 0;
  /** 0: closed. */
  private restUntil = 0;
  private probing = false;
  private readonly settings: CircuitSettings;

  constructor(
    settings: Partial<CircuitSettings> = {},
    private readonly clock: () => number = Date.now,
  ) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  get isOpen(): boolean {
    return this.restUntil > 0;
  }

  /** How many calls may begin now: any number, one to try, or none. */
  room(): number {
    if (!this.isOpen) return Infinity;
    return this.probing || this.clock() < this.restUntil ? 0 : 1;
  }

  /** Announces a call, which must end in `succeeded` or `failed`; false when it must not be made. */
  begin(): boolean {
    if (this.room() === 0) return false;
    this.probing = this.isOpen;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.restUntil = 0;
    this.probing = false;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures >= this.settings.failures) this.open(this.settings.restMs);
  }

  /** Opens it at once, as an operator or an alert rule does. */
  open(restMs: number): void {
    this.restUntil = this.clock() + restMs;
    this.probing = false;
  }
}
