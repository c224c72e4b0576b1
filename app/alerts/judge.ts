/** Decides what becomes of the alerts: a pure function of the levels, their values, the alerts so far and the time. */
import { randomUUID } from 'node:crypto';
import { CALM_SECONDS, type ServiceLevel } from '../contract/service-levels';
import { countsAtOnce } from './figures';

/** A level that is breached: pending until it has been so for long enough, then active until it has been calm for a while. */
export interface Alert {
  id: string;
  /** Of the level. */
  name: string;
  severity: ServiceLevel['severity'];
  /** The newest value of the signal. */
  value: number;
  breachedSince: Date;
  /** `null`: pending. */
  firedAt: Date | null;
  /** Since when it has not been breached any more. */
  calmSince: Date | null;
  resolvedAt: Date | null;
  /** When people were told; `null` while another alert explains this one. */
  toldAt: Date | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
}

export interface JudgeInput {
  levels: readonly ServiceLevel[];
  /**
   * By level; `null` is a value that breaches nothing. A level without an entry could not be measured: its alert stays as it is, and if
   * it is pending, it comes to nothing, because nobody knows whether the breach lasted.
   */
  values: ReadonlyMap<string, number | null>;
  /** Those that are not over, and those that ended within the time in which they explain others. */
  alerts: readonly Alert[];
  /** Epoch milliseconds. */
  now: number;
  /** How many times as fast time runs; 1 but in exercises. */
  speed: number;
}

export interface Judgement {
  /** New ones and changed ones. */
  changed: Alert[];
  /** Pending ones that came to nothing. */
  dropped: Alert[];
  /** What people are to be told, in the order of the levels. */
  tell: { event: 'fired' | 'resolved'; alert: Alert }[];
}

export function judge({ levels, values, alerts, now, speed }: JudgeInput): Judgement {
  const result: Judgement = { changed: [], dropped: [], tell: [] };
  const lasting = (since: Date | null, seconds: number) =>
    since !== null && now - since.getTime() >= (seconds * 1000) / speed;
  /**
   * A cause explains its consequences from its first breach, and after its end for as long as their figures still count what it did.
   * A consequence that shows first waits until its cause has fired or come to nothing.
   */
  const isExplained = ({ explainedBy = [], forSeconds }: ServiceLevel, causes: readonly Alert[]) =>
    causes.some(({ name, resolvedAt }) => explainedBy.includes(name) && !lasting(resolvedAt, forSeconds));
  const open = new Map(alerts.filter(({ resolvedAt }) => resolvedAt === null).map((alert) => [alert.name, alert]));
  const over = alerts.filter(({ resolvedAt }) => resolvedAt !== null);
  const after = new Map(open);

  for (const level of levels) {
    const value = values.get(level.name);
    const known = open.get(level.name);
    if (known && !known.firedAt && (value === undefined || !isBreached(level, value))) {
      result.dropped.push(known);
      after.delete(level.name);
      continue;
    }
    if (value === undefined) continue;
    if (!isBreached(level, value)) {
      if (!known) continue;
      const calm: Alert = { ...known, value: value ?? known.value, calmSince: known.calmSince ?? new Date(now) };
      if (lasting(calm.calmSince, CALM_SECONDS)) calm.resolvedAt = new Date(now);
      after.set(level.name, calm);
      continue;
    }
    const breached: Alert = { ...(known ?? newAlert(level, now)), value: value ?? 0, calmSince: null };
    if (!breached.firedAt && (countsAtOnce(level) || lasting(breached.breachedSince, level.forSeconds))) {
      breached.firedAt = new Date(now);
    }
    after.set(level.name, breached);
  }

  for (const level of levels) {
    const alert = after.get(level.name);
    if (!alert || !values.has(level.name)) continue;
    if (alert.resolvedAt && alert.toldAt) result.tell.push({ event: 'resolved', alert });
    if (!alert.resolvedAt && alert.firedAt && !alert.toldAt && !isExplained(level, [...after.values(), ...over])) {
      alert.toldAt = new Date(now);
      result.tell.push({ event: 'fired', alert });
    }
    result.changed.push(alert);
  }
  return result;
}

function isBreached({ breachedWhen, threshold }: ServiceLevel, value: number | null): boolean {
  if (value === null) return false;
  return breachedWhen === 'above' ? value > threshold : value < threshold;
}

function newAlert({ name, severity }: ServiceLevel, now: number): Alert {
  return {
    id: randomUUID(),
    name,
    severity,
    value: 0,
    breachedSince: new Date(now),
    firedAt: null,
    calmSince: null,
    resolvedAt: null,
    toldAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
  };
}
