/** What the load balancer measures of each target group, by minutes of the rehearsal's clock, as CloudWatch keeps it. */
import { MINUTE, type Clock } from '../clock';

export interface Answered {
  targetGroup: string;
  status: number;
  /** False where the target took no connection, or broke it. */
  reached: boolean;
  /** Until the last byte, in real time. */
  seconds: number;
  booked: boolean;
}

/** One minute of one target group. */
export interface MinuteFigures {
  requests: number;
  /** Answered with 500 or more by the target. */
  failed: number;
  unreached: number;
  bookings: number;
  /** Of each request. */
  seconds: number[];
}

export class Measurements {
  private readonly minutes = new Map<string, Map<number, MinuteFigures>>();

  constructor(private readonly clock: Clock) {}

  add({ targetGroup, status, reached, seconds, booked }: Answered): void {
    const minute = Math.floor(this.clock.now() / MINUTE) * MINUTE;
    const byMinute = this.minutes.get(targetGroup) ?? new Map<number, MinuteFigures>();
    this.minutes.set(targetGroup, byMinute);
    const figures = byMinute.get(minute) ?? { requests: 0, failed: 0, unreached: 0, bookings: 0, seconds: [] };
    byMinute.set(minute, figures);
    figures.requests += 1;
    figures.failed += reached && status >= 500 ? 1 : 0;
    figures.unreached += reached ? 0 : 1;
    figures.bookings += booked ? 1 : 0;
    figures.seconds.push(seconds);
  }

  /** Minutes `[from, to)` (epoch milliseconds) in which there was something, by their beginning. */
  of(targetGroup: string, from: number, to: number): Map<number, MinuteFigures> {
    const found = [...(this.minutes.get(targetGroup) ?? [])].filter(([at]) => at >= from && at < to);
    return new Map(found);
  }

  at(targetGroup: string, minute: number): MinuteFigures | undefined {
    return this.minutes.get(targetGroup)?.get(minute);
  }
}

/** Seconds; null without a value. */
export function p95(seconds: readonly number[]): number | null {
  return seconds.toSorted((a, b) => a - b)[Math.ceil(seconds.length * 0.95) - 1] ?? null;
}
