/** A drill on its way: what its steps hand on, and what is reported of it in the end. */
import type { DrillTask } from '../../../app/contract/maintenance';
import type { Outcome } from '../task';

/** What travels from step to step, as JSON. */
export interface Drill {
  task: DrillTask;
  /** Identifier of the copy; null before it was ordered. */
  copy: string | null;
  /** What the workflow decides by. */
  state: 'making' | 'available' | 'given-up' | 'deleting' | 'gone';
  /** ISO 8601. */
  orderedAt: string;
  restoredTo: string | null;
  /** The snapshot that the copy is made from; null for a point in time. */
  backup: string | null;
  rtoSeconds: number | null;
  rpoSeconds: number | null;
  bookings: number | null;
  /** When the newest booking of the copy was made, in ISO 8601: what the data itself says of the moment it is from. */
  newestBookingAt: string | null;
  schemaVersion: string | null;
  failures: string[];
  notes: string[];
}

/** Before anything of it is known. */
export function newDrill(task: DrillTask, now: Date): Drill {
  return {
    task,
    copy: null,
    state: 'given-up',
    orderedAt: now.toISOString(),
    restoredTo: null,
    backup: null,
    rtoSeconds: null,
    rpoSeconds: null,
    bookings: null,
    newestBookingAt: null,
    schemaVersion: null,
    failures: [],
    notes: [],
  };
}

/** The report of the finished drill. */
export function outcomeOf(drill: Drill): Outcome {
  const { rtoSeconds, rpoSeconds, bookings, backup, restoredTo, newestBookingAt, failures, notes } = drill;
  const newestAgeMs = newestBookingAt === null ? null : Date.parse(drill.orderedAt) - Date.parse(newestBookingAt);
  const what = backup === null ? 'The database' : `The snapshot ${backup} of ${restoredTo}`;
  return {
    summary:
      failures.length === 0
        ? `${what} was back after ${Math.round((rtoSeconds ?? 0) / 60)} minutes with ${bookings} bookings, ${Math.round(rpoSeconds ?? 0)} s before the order.`
        : '',
    failures,
    notes,
    metrics: {
      ...(rtoSeconds === null ? {} : { RtoSeconds: rtoSeconds }),
      ...(rpoSeconds === null ? {} : { RpoSeconds: rpoSeconds }),
      // At most this much was booked and is gone; more than the RPO where nobody booked at night.
      ...(newestAgeMs === null ? {} : { NewestBookingAgeSeconds: newestAgeMs / 1000 }),
    },
    details: { ...drill },
  };
}
