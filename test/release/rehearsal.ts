/** Plays one scenario from an empty stage to its figures, and says what was otherwise than it must be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { COMPONENT_HEALTH_PATH } from '../../app/contract/api';
import { ROLLBACK_TRIGGERS } from '../../app/contract/release-levels';
import { releaseId } from '../../app/contract/release-record';
import { planRollback, rollBack } from '../../bin/nailbook/release/roll-back';
import { environment } from '../../lib/config/environments';
import { MINUTE } from './clock';
import type { Deployment } from './ecs/deployment';
import { readFigures, type Figures } from './figures';
import { BLUE, type Scenario } from './scenarios';
import { setStage, type Stage, type StageOptions } from './stage';

/** Customers before and after a release, in milliseconds of real time. */
const AROUND_MS = 600;

/** How long a bad release serves before somebody notices. */
const UNNOTICED_MS = 1_500;

export interface Played {
  scenario: Scenario;
  deployment: Deployment;
  figures: Figures;
  /** In words; none when all was as it must be. */
  wrong: string[];
  /** Real time. */
  seconds: number;
}

export interface RehearsalOptions extends Omit<
  StageOptions,
  'isEmpty' | 'configuration' | 'callHooksTwice' | 'crashing'
> {
  /** Attempts to book, a second of real time. */
  pace: number;
  /** Makes the salon in a database that a first release has made; takes the superuser's URL of it. */
  prepareSalon: (url: string) => Promise<void>;
}

export async function rehearse(scenario: Scenario, options: RehearsalOptions): Promise<Played> {
  const { kind, callHooksTwice = false, crashing } = scenario;
  const began = performance.now();
  const stage = await setStage({
    ...options,
    isEmpty: kind === 'first',
    configuration: configurationOf(scenario),
    callHooksTwice,
    ...(crashing ? { crashing } : {}),
  });
  try {
    const deployment = await play(scenario, stage, options);
    const figures = await readFigures(stage, deployment.order.target.targetGroup);
    const wrong = [
      ...(await judgeRelease(scenario, stage, deployment, options.speed)),
      ...judgeFigures(scenario, figures),
    ];
    return { scenario, deployment, figures, wrong, seconds: (performance.now() - began) / 1000 };
  } finally {
    await stage.customers.stop();
    await stage.stop();
  }
}

/** The release that is rehearsed, when it is over and customers have stopped. */
async function play(
  { kind, green }: Scenario,
  stage: Stage,
  { pace, prepareSalon }: RehearsalOptions,
): Promise<Deployment> {
  const { customers, timeline } = stage;
  if (kind === 'first') {
    timeline.begin();
    const deployment = await stage.release(green);
    await prepareSalon(stage.url);
    customers.start(pace);
    await sleep(AROUND_MS);
    await customers.stop();
    return deployment;
  }
  await stage.release(BLUE, 'at once');
  timeline.begin();
  customers.start(pace);
  timeline.say(`${BLUE.version} serves; customers book ${pace} times a second`);
  await sleep(AROUND_MS);
  const deployment = await stage.release(green, kind === 'by hand' ? 'at once' : undefined);
  if (kind === 'by hand') await takeBackByHand(stage);
  await sleep(AROUND_MS);
  await customers.stop();
  return deployment;
}

/** As `nailbook rollback production` does it. */
async function takeBackByHand({ place, clients, clock, timeline, balancer }: Stage): Promise<void> {
  await sleep(UNNOTICED_MS);
  const say = (text: string) => timeline.say(`  ${text}`);
  const terminal = { out: say, err: say, columns: undefined };
  const around = {
    ecs: clients.ecs,
    pause: (seconds: number) => clock.sleep(seconds * 1000),
    fetch: (url: string | URL | Request, init?: RequestInit) =>
      fetch(new URL(new URL(url instanceof Request ? url.url : url).pathname, balancer.url('production')), init),
    tell: async (text: string) => {
      say(text);
      return 'the team was told';
    },
  };
  timeline.say('npx nailbook rollback production');
  await rollBack(await planRollback(place, {}, around), around, terminal);
}

async function judgeRelease(
  scenario: Scenario,
  stage: Stage,
  { arn, status }: Deployment,
  speed: number,
): Promise<string[]> {
  const { service, balancer, store, snapshots, shifts } = stage;
  const wrong: string[] = [];
  if (status !== scenario.ends) wrong.push(`the deployment ended as ${status}, not as ${scenario.ends}`);
  const record = await store.read(releaseId(arn));
  const decision = scenario.ends === 'SUCCESSFUL' ? 'promoted' : 'rolled back';
  if (record?.decision !== decision) wrong.push(`the record says "${record?.decision}", not "${decision}"`);
  if (!scenario.reason.test(record?.reason ?? '')) wrong.push(`the record's reason is: ${record?.reason}`);

  const serving = scenario.ends === 'SUCCESSFUL' && scenario.kind !== 'by hand' ? scenario.green : BLUE;
  const response = await fetch(`${balancer.url('production')}${COMPONENT_HEALTH_PATH}`);
  const { version } = (await response.json()) as { version: string };
  if (version !== serving.version) wrong.push(`${version} serves at the end, not ${serving.version}`);
  if (balancer.weights('production')[service.live?.targetGroup ?? ''] !== 100)
    wrong.push('the weights are not all on what ECS calls live');

  if (scenario.kind !== 'by hand' && snapshots.size !== 1)
    wrong.push(`${snapshots.size} snapshots were taken, not one`);
  const columns = await stage.sql(
    `SELECT FROM information_schema.columns WHERE table_name = 'bookings' AND column_name = 'rehearsed'`,
  );
  const migrated = scenario.ends === 'SUCCESSFUL' && scenario.green.migration !== undefined;
  if (columns.length > 0 !== migrated)
    wrong.push(migrated ? 'its migration has not run' : 'a migration left something behind');
  if (scenario.withinMinutes !== undefined) {
    const [to, back] = shifts.slice(-2);
    const minutes = (((back?.at ?? Infinity) - (to?.at ?? 0)) * speed) / MINUTE;
    if (minutes > scenario.withinMinutes) wrong.push(`it took ${minutes.toFixed(1)} minutes to go back`);
  }
  return wrong;
}

function judgeFigures(
  scenario: Scenario,
  { whole, onGreen, afterwards, acknowledged, lost, unknown }: Figures,
): string[] {
  const wrong: string[] = [];
  const share = onGreen.attempts === 0 ? 0 : onGreen.failed / onGreen.attempts;
  const { mostFailed, fewestFailed = 0, reachesCustomers } = scenario;
  if (whole.attempts === 0 || acknowledged === 0) wrong.push('nobody booked');
  if (reachesCustomers !== onGreen.attempts > 0)
    wrong.push(`${onGreen.attempts} attempts were made while green had traffic`);
  if (share > mostFailed || share < fewestFailed)
    wrong.push(
      `${percent(share)} failed while green had traffic: ${percent(fewestFailed)} to ${percent(mostFailed)} are allowed`,
    );
  if (whole.failed > onGreen.failed)
    wrong.push(`${whole.failed - onGreen.failed} attempts failed while green had no traffic`);
  if (afterwards.failed > 0) wrong.push(`${afterwards.failed} attempts failed after green had lost its traffic`);
  if (lost.length > 0) wrong.push(`${lost.length} acknowledged bookings are lost: ${lost.slice(0, 3).join('; ')}`);
  if (unknown.length > 0)
    wrong.push(`${unknown.length} bookings were made that nobody was told of: ${unknown.slice(0, 3).join('; ')}`);
  return wrong;
}

/** Production's strategy as it is configured, or staging's. */
function configurationOf({ strategy }: Scenario): DeploymentConfiguration {
  const { deployment } = environment(strategy === 'canary' ? 'production' : 'staging').service;
  const alarms = { alarmNames: ROLLBACK_TRIGGERS.map(({ name }) => name), enable: true, rollback: true };
  if (strategy === 'canary' && deployment.strategy === 'canary') {
    return {
      strategy: 'CANARY',
      bakeTimeInMinutes: deployment.bakeMinutes,
      canaryConfiguration: { canaryPercent: deployment.percent, canaryBakeTimeInMinutes: deployment.watchMinutes },
      alarms,
    };
  }
  if (deployment.strategy === 'blue-green')
    return { strategy: 'BLUE_GREEN', bakeTimeInMinutes: deployment.bakeMinutes, alarms };
  throw new Error(`${strategy} is rehearsed, and the configuration says ${deployment.strategy}`);
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
