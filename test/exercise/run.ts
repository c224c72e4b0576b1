/**
 * `npm run exercise`: breaks one thing after another on a platform of its own and watches the alerts: each must come in time with its
 * severity, be told once to each receiver, lead to a command that finds the cause, and go when it is repaired. Time runs 60 times as
 * fast for the alerts. Exits with 1 when anything is otherwise.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ALERTS_PREFIX } from '../../app/contract/api';
import { CALM_SECONDS, SERVICE_LEVELS } from '../../app/contract/service-levels';
import { MEASURED_OVER_SECONDS } from '../../app/contract/signals';
import { FAULTS, type Fault } from './faults';
import { startLoad } from './load';
import { operate } from './operator';
import { SPEED, startPlatform, type ExercisePlatform } from './platform';

const LOOK_SECONDS = 30;

/** For what does not run faster: connections that are made anew, statements that end, a machine that is busy. */
const SLACK_SECONDS = 8;

const POLL_MS = 100;

const started = Date.now();
const say = (line: string) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

async function main(): Promise<void> {
  const platform = await startPlatform();
  const load = startLoad(platform);
  const problems: string[] = [];
  try {
    say(`two tasks, a database, LINE and two receivers stand; an alert's minute takes ${60 / SPEED} s`);
    await sleep(6_000);
    problems.push(...unexpected(platform, 'before anything was broken', []));
    for (const fault of FAULTS) {
      say('');
      say(fault.name);
      problems.push(...(await exercise(platform, fault)));
    }
  } finally {
    await load.stop();
    await platform.stop();
  }
  say('');
  say(
    `bookings meanwhile, by answer: ${[...load.answers]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status || 'none'} ${count}`)
      .join(', ')}`,
  );
  for (const problem of problems) say(`WRONG: ${problem}`);
  say(
    problems.length === 0
      ? 'every alert came once, led to its cause, and went'
      : `${problems.length} things went wrong`,
  );
  if (problems.length > 0) process.exitCode = 1;
}

/** What went wrong with one fault, in words; nothing when all is as it must be. */
async function exercise(platform: ExercisePlatform, fault: Fault): Promise<string[]> {
  const { alert, severity, also = [] } = fault;
  const problems: string[] = [];
  const before = [platform.webhook, platform.slack].map((receiver) => receiver.received.length);
  const level = SERVICE_LEVELS.find(({ name }) => name === alert);
  const forSeconds = level?.forSeconds ?? 0;

  const undo = await fault.strike(platform);
  const struck = Date.now();
  const comes = limit(forSeconds + MEASURED_OVER_SECONDS + 4 * LOOK_SECONDS);
  const active = await waitFor(comes, () => isActive(platform, alert));
  if (active) say(`  ${active.severity} ${alert} is active after ${since(struck)}`);
  else problems.push(`${fault.name}: ${alert} was not active within ${comes} s`);
  if (active && active.severity !== severity)
    problems.push(`${alert} has severity ${active.severity}, not ${severity}`);

  const report = await operate(platform, 'maintenance', fault.diagnosis);
  const finding = report.findings.find(({ verdict, text }) => verdict === 'bad' && fault.finds.test(text));
  if (finding) say(`  npx nailbook ${fault.diagnosis.join(' ')}: ${finding.text}`);
  else
    problems.push(
      `npx nailbook ${fault.diagnosis.join(' ')} does not find it: ${report.findings.map(({ text }) => text).join(' ')}`,
    );

  await fault.repair?.(platform, report);
  await undo();
  const repaired = Date.now();
  say('  repaired');
  const goes = limit(MEASURED_OVER_SECONDS + CALM_SECONDS + forSeconds + 6 * LOOK_SECONDS);
  const quiet = await waitFor(goes, async () =>
    toldOf(platform, before[0] ?? 0).includes(`resolved ${alert}`) && (await activeAlerts(platform)).length === 0
      ? true
      : undefined,
  );
  if (quiet) say(`  nothing is active any more after ${since(repaired)}`);
  else
    problems.push(
      `${fault.name}: still active ${goes} s after the repair: ${(await activeAlerts(platform)).map(({ name }) => name).join(', ')}`,
    );

  // What is still on its way, or comes twice, has arrived by then.
  await sleep((4 * LOOK_SECONDS * 1000) / SPEED);
  const expected = [`firing ${alert}`, `resolved ${alert}`];
  const told = toldOf(platform, before[0] ?? 0);
  for (const one of expected) {
    const times = told.filter((text) => text === one).length;
    if (times !== 1) problems.push(`${fault.name}: the webhook was told "${one}" ${times} times`);
  }
  problems.push(...unexpected(platform, fault.name, [alert, ...also], before[0]));
  const slack = platform.slack.received.slice(before[1]).map(({ body }) => String(body['text']));
  const mentions = slack.filter((text) => text.includes(alert)).length;
  if (mentions !== 2)
    problems.push(`${fault.name}: Slack was told of ${alert} ${mentions} times instead of twice: ${slack.join(' | ')}`);
  if (problems.length === 0) say(`  told once each: ${told.join(', ')}`);
  return problems;
}

/** What the webhook was told after its first `requests`. */
function toldOf({ webhook }: ExercisePlatform, requests: number): string[] {
  return webhook.received
    .slice(requests)
    .flatMap(({ body }) => body.alerts.map(({ status, labels }) => `${status} ${labels.alertname}`));
}

function unexpected({ webhook }: ExercisePlatform, when: string, allowed: readonly string[], from = 0): string[] {
  const names = webhook.received.slice(from).flatMap(({ body }) => body.alerts.map(({ labels }) => labels.alertname));
  return [...new Set(names)].filter((name) => !allowed.includes(name)).map((name) => `${when}: ${name} was told`);
}

interface ActiveAlert {
  name: string;
  severity: string;
}

async function isActive(platform: ExercisePlatform, name: string): Promise<ActiveAlert | undefined> {
  return (await activeAlerts(platform)).find((alert) => alert.name === name);
}

/** As the first task that answers has it: while the database is away only the one that judges does. */
async function activeAlerts({ tasks, adminToken }: ExercisePlatform): Promise<ActiveAlert[]> {
  for (const { url } of tasks) {
    const response = await fetch(`${url}${ALERTS_PREFIX}/active`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    if (!response.ok) {
      await response.arrayBuffer();
      continue;
    }
    const { alerts } = (await response.json()) as { alerts: ActiveAlert[] };
    return alerts;
  }
  return [];
}

async function waitFor<T>(seconds: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Seconds on the clock for so many of the alerts' own. */
function limit(seconds: number): number {
  return seconds / SPEED + SLACK_SECONDS;
}

function since(then: number): string {
  const seconds = (Date.now() - then) / 1000;
  return `${seconds.toFixed(1)} s (${Math.round((seconds * SPEED) / 60)} min of the alerts' time)`;
}

main().catch((error: unknown) => {
  console.error(error);
  // What was started half-way would keep the process alive.
  process.exit(1);
});
