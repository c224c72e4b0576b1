/** The words that people read, the same in chat and e-mail. */
import { RESPONSE_MINUTES, type OnCallLevel } from '../../../app/contract/alert-routing';
import type { Severity } from '../../../app/contract/service-levels';
import type { Message, Told } from '../incident';

const CALLED: Record<OnCallLevel, string> = {
  onCall: 'whoever is on call',
  senior: 'the senior on call',
  manager: 'the manager',
  cto: 'the CTO',
};

/** One line: `P1 LinePushFailures`, `LinePushFailures is over`. */
export function title({ event, incident, to }: Message): string {
  const { name, severity, isNotice, acknowledged } = incident;
  if (event === 'resolved') return `${name} is over`;
  if (event === 'acknowledged') return `${acknowledged?.by ?? 'Somebody'} looks after ${name}`;
  if (event === 'escalated') return `${severity} ${name}: nobody has answered, ${CALLED[to ?? 'onCall']} is called`;
  return isNotice ? `${severity} notice` : `${severity} ${name}`;
}

/** What is to be said besides, line by line, without links. `now`: epoch milliseconds. */
export function details({ event, incident }: Message, now: number): string[] {
  const { about, unheard, openedAt, resolvedAt, severity, isNotice } = incident;
  if (event === 'resolved') return [`It lasted ${lasted(openedAt, resolvedAt ?? now)}.`];
  if (event === 'acknowledged') return [];
  return [
    sentence(about.broke),
    ...(about.users === null ? [] : [`What users feel: ${sentence(about.users)}`]),
    ...(about.value === null ? [] : [`Measured: ${sentence(about.value)}`]),
    ...(event === 'escalated' ? [`It has been open for ${lasted(openedAt, now)}.`] : []),
    ...(event === 'fired' && !isNotice ? [`To be answered ${answeredBy(severity)}.`] : []),
    ...(unheard === 0 ? [] : [`It came and went ${unheard === 1 ? 'once' : `${unheard} times`} more within the hour.`]),
  ];
}

/** Where to look, by what it is called; nothing once somebody has looked. */
export function links({ event, incident: { about } }: Message): { text: string; href: string }[] {
  if (event === 'resolved' || event === 'acknowledged') return [];
  return [
    ...(about.runbook === null ? [] : [{ text: 'Runbook', href: about.runbook }]),
    ...(about.dashboard === null ? [] : [{ text: 'Dashboard', href: about.dashboard }]),
  ];
}

export function firingIn(messages: readonly Message[]): Told[] {
  return messages.filter(({ event }) => event === 'fired' || event === 'escalated').map(({ incident }) => incident);
}

function answeredBy(severity: Severity): string {
  const minutes = RESPONSE_MINUTES[severity];
  if (minutes === null) return 'on the next working day';
  if (minutes < 60) return `within ${minutes} minutes`;
  return minutes === 60 ? 'within an hour' : `within ${minutes / 60} hours`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function lasted(from: number, to: number): string {
  const minutes = Math.max(1, Math.round((to - from) / 60_000));
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}
