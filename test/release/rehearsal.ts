/** Plays one scenario to its figures. */
import { setTimeout as sleep } from 'node:timers/promises';
import { planRollback } from '../../bin/nailbook/release/plan-rollback';
import { rollBack } from '../../bin/nailbook/release/roll-back';
import { configurationOf } from './configuration';
import type { Deployment } from './ecs/deployment';
import { readFigures, type Figures } from './figures';
import type { Scenario } from './scenarios';
import { AT_ONCE } from './control-plane';
import type { Stage } from './stage';
import { judgeFigures, judgeRelease } from './verdict';

/** Customers before and after a release, in milliseconds of real time. */
const AROUND_MS = 500;

/** How long a bad release serves before somebody notices. */
const UNNOTICED_MS = 1_000;

export interface Pace {
  /** Attempts to book, a second of real time. */
  perSecond: number;
  /** Percent that a canary gets; production's own where nothing is said. */
  canaryPercent?: number;
}

export interface Played {
  scenario: Scenario;
  deployment: Deployment;
  figures: Figures;
  /** In words; none when all was as it must be. */
  wrong: string[];
  /** Real time. */
  seconds: number;
}

export async function rehearse(scenario: Scenario, stage: Stage, pace: Pace): Promise<Played> {
  const began = performance.now();
  const { customers, shifts, snapshots } = stage;
  const before = { attempts: customers.attempts.length, shifts: shifts.length, snapshots: snapshots.size };
  const servedBefore = stage.versionServing();
  const deployment = await play(scenario, stage, pace);
  const figures = await readFigures(stage.sql, {
    attempts: customers.attempts.slice(before.attempts),
    shifts: shifts.slice(before.shifts),
    green: deployment.order.target.targetGroup,
  });
  const newSnapshots = snapshots.size - before.snapshots;
  const wrong = [
    ...(await judgeRelease(scenario, stage, { deployment, servedBefore, newSnapshots })),
    ...judgeFigures(scenario, figures, stage.speed),
  ];
  return { scenario, deployment, figures, wrong, seconds: (performance.now() - began) / 1000 };
}

/** The release, when it is over and customers have paused. */
async function play(scenario: Scenario, stage: Stage, pace: Pace): Promise<Deployment> {
  const { customers, timeline, shifts, service } = stage;
  const { kind, green, callHooksTwice = false, crashing } = scenario;
  const configuration = kind === 'by hand' ? AT_ONCE : configurationOf(scenario.strategy, pace.canaryPercent);
  const how = { configuration, callHooksTwice, ...(crashing ? { crashing } : {}) };
  timeline.begin();
  if (kind === 'first') {
    const deployment = stage.release(green, how);
    // The salon can only be made when the release has made the database; its customers come while the release is still watched.
    while (shifts.length === 0 && !service.deployments[0]?.isOver) await sleep(20);
    await stage.createSalon();
    customers.start(pace.perSecond);
    timeline.say(`customers book ${pace.perSecond} times a second`);
    await deployment;
  } else {
    customers.start(pace.perSecond);
    timeline.say(`${stage.versionServing()} serves; customers book ${pace.perSecond} times a second`);
    await sleep(AROUND_MS);
    await stage.release(green, how);
  }
  const [deployment] = service.deployments;
  if (!deployment) throw new Error('There was no deployment');
  if (kind === 'by hand') await takeBackByHand(stage, scenario, pace);
  await sleep(AROUND_MS);
  await customers.pause();
  return deployment;
}

/** As `nailbook rollback production` does it. */
async function takeBackByHand(stage: Stage, scenario: Scenario, pace: Pace): Promise<void> {
  const { place, clients, clock, timeline, balancer, store, service } = stage;
  await sleep(UNNOTICED_MS);
  service.configure(configurationOf(scenario.strategy, pace.canaryPercent));
  const say = (text: string) => timeline.say(`  ${text}`);
  const terminal = { out: say, err: say, columns: undefined };
  const around = {
    ecs: clients.ecs,
    store,
    by: 'somebody',
    now: () => new Date(clock.now()),
    pause: (seconds: number) => clock.sleep(seconds * 1000),
    fetch: (url: string, init?: RequestInit) => fetch(new URL(new URL(url).pathname, balancer.url('production')), init),
    tell: async (text: string) => {
      say(text);
      return 'the team was told';
    },
  };
  timeline.say('npx nailbook rollback production');
  await rollBack(await planRollback(place, {}, around), around, terminal);
}
