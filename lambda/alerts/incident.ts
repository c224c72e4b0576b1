/**
 * What becomes of an incident: pure functions of what was known, what is said and the time. Everything that is to be sent is first noted in the
 * incident's own outbox, and so is written together with the reason for it.
 */
import { escalationOf, type OnCallLevel } from '../../app/contract/alert-routing';
import type { Severity } from '../../app/contract/service-levels';
import type { About } from './about';
import type { AlarmObservation, Notice, Observation } from './observations';
import {
  CALM_MS,
  ESCALATION_RECEIVERS,
  GROUPED_FOR_MS,
  HOUR_MS,
  moreSevere,
  RECEIVERS_OF,
  TOLD_PER_HOUR,
  type Receiver,
} from './policy';

export type Event = 'fired' | 'resolved' | 'acknowledged' | 'escalated';

/** News for one receiver, with all that its words are made from. */
export interface Message {
  /** The same for the same news to the same receiver, however often it is tried: it is sent once. */
  id: string;
  event: Event;
  /** Of an escalation: who is called. */
  to: OnCallLevel | null;
  /** As it was when this was news. */
  incident: Told;
}

export type Told = Pick<
  Incident,
  'id' | 'name' | 'severity' | 'about' | 'isNotice' | 'openedAt' | 'resolvedAt' | 'acknowledged' | 'unheard'
>;

/** A message that waits; times here and below are epoch milliseconds. */
export interface Pending extends Message {
  receiver: Receiver;
  dueAt: number;
}

/** One alarm, from the moment that it is first heard of until it is over; there is one for each name. */
export interface Incident {
  /** Tells this time from the next. */
  id: string;
  name: string;
  severity: Severity;
  about: About;
  isNotice: boolean;
  /** The last word of each source; what it said before is not listened to when it arrives late. */
  sources: Record<string, { state: 'firing' | 'resolved'; at: number }>;
  openedAt: number;
  /** Since when no source says that it fires. */
  quietSince: number | null;
  resolvedAt: number | null;
  acknowledged: { by: string; at: number } | null;
  /** Steps of the escalation that were taken. */
  escalations: number;
  /** When people who read were told, or are to be told, of this alarm in the last hour. */
  tellings: number[];
  /** How often it came and went unheard since they were. */
  unheard: number;
  /** Who was told of it, and so hears of its end. */
  told: Receiver[];
  outbox: Pending[];
}

/** The incident afterwards; the same object when nothing changes, null when there is nothing to remember. */
export function hear(known: Incident | null, said: Observation, now: number): Incident | null {
  if (said.kind === 'acknowledgement') return known && acknowledge(known, said.by, said.at);
  const last = known?.sources[said.source];
  if (known && last && last.at >= said.at) return known;
  if (said.kind === 'notice') return open(known, said, now);
  const sources = { ...known?.sources, [said.source]: { state: said.state, at: said.at } };
  if (said.state === 'firing') {
    if (!known || known.resolvedAt !== null) return open(known, said, now);
    return raise({ ...known, sources, quietSince: null, about: said.about }, said.severity, now);
  }
  if (!known) {
    // Its beginning may arrive later, and is then no news any more.
    return {
      ...opened(null, said, now),
      sources,
      quietSince: said.at,
      resolvedAt: said.at,
      told: [],
      outbox: [],
      tellings: [],
    };
  }
  if (known.resolvedAt !== null) return { ...known, sources };
  const fires = Object.values(sources).some(({ state }) => state === 'firing');
  return { ...known, sources, quietSince: fires ? null : (known.quietSince ?? said.at) };
}

/** What time alone changes: it is over, or nobody has answered. `pagerHasIt`: the pager looks after who is called. */
export function pass(incident: Incident, now: number, pagerHasIt: boolean): Incident {
  if (incident.resolvedAt !== null) return incident;
  if (incident.quietSince !== null) return now - incident.quietSince >= CALM_MS ? resolve(incident, now) : incident;
  const steps = escalationOf(incident.severity).filter(
    ({ afterMinutes }) => now - incident.openedAt >= afterMinutes * 60_000,
  );
  if (steps.length <= incident.escalations) return incident;
  const reached = { ...incident, escalations: steps.length };
  const step = steps.at(-1);
  if (pagerHasIt || incident.acknowledged || !step) return reached;
  const told = [...new Set([...incident.told, ...ESCALATION_RECEIVERS])];
  const calls = ESCALATION_RECEIVERS.map((receiver) =>
    pending(reached, 'escalated', receiver, now, { number: steps.length, to: step.to }),
  );
  return { ...reached, told, outbox: [...incident.outbox, ...calls] };
}

/** What of the outbox is to be sent now, oldest first. */
export function due({ outbox }: Incident, now: number): Pending[] {
  return outbox.filter(({ dueAt }) => dueAt <= now);
}

/** The id of the page that opened it. */
export function pageOf(incident: Incident): string {
  return idOf(incident, 'fired', 'pager');
}

function open(known: Incident | null, said: AlarmObservation | Notice, now: number): Incident {
  const incident = opened(known, said, now);
  return { ...incident, outbox: [...(known?.outbox ?? []), ...incident.outbox] };
}

function opened(known: Incident | null, said: AlarmObservation | Notice, now: number): Incident {
  const { name, source, at, severity, about } = said;
  const isNotice = said.kind === 'notice';
  const tellings = (known?.tellings ?? []).filter((told) => told > now - HOUR_MS);
  const earliest = tellings.length < TOLD_PER_HOUR ? now : (tellings.at(-TOLD_PER_HOUR) ?? now) + HOUR_MS;
  const incident: Incident = {
    id: `${name} ${new Date(at).toISOString()}`,
    name,
    severity,
    about,
    isNotice,
    sources: { ...known?.sources, [source]: { state: isNotice ? 'resolved' : 'firing', at } },
    openedAt: now,
    quietSince: isNotice ? now : null,
    resolvedAt: isNotice ? now : null,
    acknowledged: null,
    escalations: 0,
    tellings: [...tellings, earliest],
    unheard: known?.unheard ?? 0,
    told: [...RECEIVERS_OF[severity]],
    outbox: [],
  };
  const readBy = Math.max(earliest, now + GROUPED_FOR_MS[severity]);
  const outbox = incident.told.map((receiver) =>
    pending(incident, 'fired', receiver, receiver === 'pager' ? now : readBy),
  );
  return { ...incident, outbox };
}

/** A source that finds it worse has those told who were not. */
function raise(incident: Incident, severity: Severity, now: number): Incident {
  const raised = { ...incident, severity: moreSevere(severity, incident.severity) };
  const more = RECEIVERS_OF[raised.severity].filter((receiver) => !incident.told.includes(receiver));
  return {
    ...raised,
    told: [...incident.told, ...more],
    outbox: [...incident.outbox, ...more.map((receiver) => pending(raised, 'fired', receiver, now))],
  };
}

function acknowledge(incident: Incident, by: string, at: number): Incident {
  if (incident.resolvedAt !== null || incident.acknowledged) return incident;
  const acknowledged = { ...incident, acknowledged: { by, at } };
  const news = incident.told.map((receiver) => pending(acknowledged, 'acknowledged', receiver, at));
  return { ...acknowledged, outbox: [...incident.outbox, ...news] };
}

/** Who has not heard that it began need not hear that it is over. */
function resolve(incident: Incident, now: number): Incident {
  const waits = ({ event, dueAt }: Pending) => event === 'fired' && dueAt > now;
  const unheard = incident.outbox.filter(waits);
  const heard = incident.told.filter((receiver) => !unheard.some((one) => one.receiver === receiver));
  const resolved = { ...incident, resolvedAt: incident.quietSince };
  return {
    ...resolved,
    tellings: unheard.length > 0 ? incident.tellings.slice(0, -1) : incident.tellings,
    unheard: unheard.length > 0 ? incident.unheard + 1 : 0,
    outbox: [
      ...incident.outbox.filter((one) => !waits(one) && heard.includes(one.receiver)),
      ...heard.map((receiver) => pending(resolved, 'resolved', receiver, now)),
    ],
  };
}

/** `step`: of an escalation, each of which is news of its own. */
function pending(
  incident: Incident,
  event: Event,
  receiver: Receiver,
  dueAt: number,
  step?: { number: number; to: OnCallLevel },
): Pending {
  const { id, name, severity, about, isNotice, openedAt, resolvedAt, acknowledged, unheard } = incident;
  const told = { id, name, severity, about, isNotice, openedAt, resolvedAt, acknowledged, unheard };
  const what = step ? `${event}-${step.number}` : event;
  return { id: idOf(incident, what, receiver), receiver, event, dueAt, to: step?.to ?? null, incident: told };
}

function idOf({ id }: Incident, event: string, receiver: Receiver): string {
  return `${id} ${event} ${receiver}`;
}
