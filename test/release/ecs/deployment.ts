/** One service deployment of ECS's own blue/green, canary or linear strategy, from its first stage to its clean-up or its rollback. */
import { randomUUID } from 'node:crypto';
import type {
  DeploymentConfiguration,
  Rollback,
  ServiceDeploymentAlarms,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { MINUTE, SECOND, type Clock } from '../clock';
import { HookFailure, runHooks, type HookFunctions, type Weights } from './hooks';
import type { HookStage } from './rules';

export interface Revision {
  arn: string;
  taskDefinition: string;
  targetGroup: string;
  createdAt: Date;
}

/** What a deployment moves: tasks behind target groups, and the weights of the two listener rules. */
export interface DataPlane {
  /** Resolves when the revision's tasks run and are healthy; rejects when they do not become so. */
  scaleUp: (revision: Revision) => Promise<void>;
  /** Takes the tasks out of their target group, lets them finish, and stops them. */
  scaleDown: (revision: Revision) => Promise<void>;
  /** Percent by target group. */
  shift: (traffic: 'test' | 'production', weights: Weights) => void;
}

export interface Surroundings {
  clock: Clock;
  data: DataPlane;
  functions: HookFunctions;
  /** Which of these alarms are in ALARM. */
  inAlarm: (names: readonly string[]) => string[];
  /** Hears of every stage and of what was decided. */
  tell: (what: string) => void;
  callHooksTwice?: boolean;
}

export interface Order {
  clusterName: string;
  serviceName: string;
  serviceArn: string;
  configuration: DeploymentConfiguration;
  target: Revision;
  /** The last revision that was deployed with success; none at the first deployment. */
  blue: Revision | null;
  /** More than one revision is active, because the deployment before was not over. */
  reconcile: boolean;
}

/** How often ECS looks at alarms and at what it was asked meanwhile. */
const LOOK_MS = 10 * SECOND;

/** The default of canaryBakeTimeInMinutes and of stepBakeTimeInMinutes … */
const DEFAULT_STEP_MINUTES = { CANARY: 10, LINEAR: 6 };
/** … and of canaryPercent and stepPercent. */
const DEFAULT_PERCENT = { CANARY: 5, LINEAR: 10 };

class Interrupted extends Error {}

export class Deployment {
  readonly arn: string;
  readonly createdAt: Date;
  status: ServiceDeploymentStatus = 'PENDING';
  statusReason: string | undefined;
  stage: ServiceDeploymentLifecycleStage | HookStage | undefined;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  rollback: Rollback | undefined;
  alarms: ServiceDeploymentAlarms;
  /** Resolves with its end. */
  over: Promise<void> = Promise.resolve();
  targetRuns = false;
  /** Percent of the production and of the test traffic that the target gets. */
  greenPercent = { test: 0, production: 0 };

  constructor(
    readonly order: Order,
    private readonly around: Surroundings,
  ) {
    const { clusterName, serviceName, serviceArn, configuration } = order;
    this.createdAt = new Date(around.clock.now());
    this.arn = `${serviceArn.split(':service/')[0]}:service-deployment/${clusterName}/${serviceName}/${randomUUID()}`;
    const { alarmNames = [], enable = false } = configuration.alarms ?? {};
    this.alarms = { status: enable ? 'MONITORING' : 'DISABLED', alarmNames, triggeredAlarmNames: [] };
  }

  get isOver(): boolean {
    return this.finishedAt !== undefined;
  }

  /** Never rejects for what a deployment can end with: its status says it. */
  async run(): Promise<void> {
    const { clock, tell, inAlarm } = this.around;
    if (this.status === 'PENDING') this.status = 'IN_PROGRESS';
    this.startedAt = new Date(clock.now());
    // Amazon ECS then ignores the alarms of this deployment, so that a fix can be deployed while they ring.
    if (this.alarms.status === 'MONITORING' && inAlarm(this.alarms.alarmNames ?? []).length > 0)
      this.alarms = { ...this.alarms, status: 'DISABLED' };
    try {
      await this.forward();
      this.end('SUCCESSFUL', 'Service deployment completed.');
    } catch (error) {
      if (!(error instanceof HookFailure || error instanceof Interrupted)) throw error;
      tell(`ECS: ${error.message}`);
      if (this.isReplaced()) await this.stop(error.message);
      else await this.goBack(error.message);
    }
  }

  /** Answers whether there is anything to stop. */
  requestRollback(): boolean {
    if (this.isOver) return false;
    if (this.status === 'PENDING' || this.status === 'IN_PROGRESS') this.status = 'ROLLBACK_REQUESTED';
    return true;
  }

  /** Another deployment takes this one's place. */
  requestStop(): void {
    if (!this.isOver) this.status = 'STOP_REQUESTED';
  }

  private isReplaced(): boolean {
    return this.status === 'STOP_REQUESTED';
  }

  private async forward(): Promise<void> {
    const { data } = this.around;
    const { target, blue, configuration, reconcile } = this.order;
    this.look();
    if (reconcile) await this.hooks('RECONCILE_SERVICE', this.weights('test'), this.weights('production'));
    await this.hooks('PRE_SCALE_UP');
    this.enter('SCALE_UP');
    await data.scaleUp(target);
    this.targetRuns = true;
    this.look();
    await this.hooks('POST_SCALE_UP');
    this.shift('test', 100);
    await this.hooks('TEST_TRAFFIC_SHIFT', this.weights('test'));
    await this.hooks('POST_TEST_TRAFFIC_SHIFT');
    for (const { percent, bakeMinutes } of this.steps()) {
      await this.hooks('PRE_PRODUCTION_TRAFFIC_SHIFT', {}, this.weights('production'));
      this.shift('production', percent);
      await this.hooks('PRODUCTION_TRAFFIC_SHIFT', {}, this.weights('production'));
      await this.wait(bakeMinutes * MINUTE);
    }
    await this.hooks('POST_PRODUCTION_TRAFFIC_SHIFT');
    this.enter('BAKE_TIME');
    await this.wait((configuration.bakeTimeInMinutes ?? 0) * MINUTE);
    if (this.alarms.status === 'MONITORING') this.alarms = { ...this.alarms, status: 'MONITORING_COMPLETE' };
    this.enter('CLEAN_UP');
    if (blue) await data.scaleDown(blue);
  }

  /** Green's shares of the traffic, and how long each but the last is watched. */
  private steps(): { percent: number; bakeMinutes: number }[] {
    const { strategy, canaryConfiguration: canary, linearConfiguration: linear } = this.order.configuration;
    const all = { percent: 100, bakeMinutes: 0 };
    // There is nothing to share the traffic with at the first deployment.
    if (!this.order.blue) return [all];
    if (strategy === 'CANARY') {
      const percent = canary?.canaryPercent ?? DEFAULT_PERCENT.CANARY;
      return [{ percent, bakeMinutes: canary?.canaryBakeTimeInMinutes ?? DEFAULT_STEP_MINUTES.CANARY }, all];
    }
    if (strategy === 'LINEAR') {
      const step = linear?.stepPercent ?? DEFAULT_PERCENT.LINEAR;
      const bakeMinutes = linear?.stepBakeTimeInMinutes ?? DEFAULT_STEP_MINUTES.LINEAR;
      const steps = Array.from({ length: Math.ceil(100 / step) - 1 }, (_, index) => step * (index + 1));
      return [...steps.map((percent) => ({ percent, bakeMinutes })), all];
    }
    return [all];
  }

  /** There is no stage of its own for it: the hooks of the two stages that move traffic are called again, with the way back. */
  private async goBack(reason: string): Promise<void> {
    const { clock } = this.around;
    const { blue } = this.order;
    this.status = 'ROLLBACK_IN_PROGRESS';
    this.statusReason = reason;
    this.rollback = { reason, startedAt: new Date(clock.now()), ...(blue ? { serviceRevisionArn: blue.arn } : {}) };
    if (!blue) {
      await this.stopTarget();
      return this.end('ROLLBACK_FAILED', `${reason}; there is no earlier revision to go back to`);
    }
    try {
      this.shift('production', 0);
      await this.hooks('PRODUCTION_TRAFFIC_SHIFT', {}, this.weights('production'));
      this.shift('test', 0);
      await this.hooks('TEST_TRAFFIC_SHIFT', this.weights('test'));
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      return this.end('ROLLBACK_FAILED', `${reason}; then ${error.message}`);
    }
    await this.stopTarget();
    this.end('ROLLBACK_SUCCESSFUL', reason);
  }

  private async stop(reason: string): Promise<void> {
    if (this.order.blue) {
      this.shift('production', 0);
      this.shift('test', 0);
    }
    await this.stopTarget();
    this.end('STOPPED', reason);
  }

  private async hooks(stage: HookStage, testTrafficWeights: Weights = {}, productionTrafficWeights: Weights = {}) {
    const { clock, functions, callHooksTwice: twice = false } = this.around;
    this.enter(stage);
    const { serviceArn, target, configuration } = this.order;
    await runHooks({
      hooks: configuration.lifecycleHooks ?? [],
      functions,
      clock,
      twice,
      wait: (milliseconds) => this.wait(milliseconds),
      event: {
        lifecycleStage: stage,
        resourceArn: this.arn,
        executionDetails: {
          serviceArn,
          targetServiceRevisionArn: target.arn,
          testTrafficWeights,
          productionTrafficWeights,
        },
      },
    });
    this.look();
  }

  private enter(stage: ServiceDeploymentLifecycleStage | HookStage): void {
    if (this.stage !== stage) this.around.tell(`ECS: ${stage}`);
    this.stage = stage;
  }

  /** By revision. */
  private weights(traffic: 'test' | 'production'): Weights {
    const { target, blue } = this.order;
    const green = this.greenPercent[traffic];
    return { [target.arn]: green, ...(blue ? { [blue.arn]: 100 - green } : {}) };
  }

  private shift(traffic: 'test' | 'production', percent: number): void {
    const { target, blue } = this.order;
    this.greenPercent[traffic] = percent;
    this.around.data.shift(traffic, {
      [target.targetGroup]: percent,
      ...(blue ? { [blue.targetGroup]: 100 - percent } : {}),
    });
    this.around.tell(`ECS: ${traffic} traffic ${percent} % green`);
  }

  private async wait(milliseconds: number): Promise<void> {
    const { clock } = this.around;
    for (const until = clock.now() + milliseconds; clock.now() < until; this.look())
      await clock.sleep(Math.min(LOOK_MS, until - clock.now()));
  }

  /** Throws when the deployment must not go on. */
  private look(): void {
    if (this.status === 'ROLLBACK_IN_PROGRESS') return;
    if (this.status === 'STOP_REQUESTED') throw new Interrupted('a new service deployment was started');
    if (this.status === 'ROLLBACK_REQUESTED') throw new Interrupted('a rollback was requested');
    if (this.alarms.status !== 'MONITORING') return;
    const triggered = this.around.inAlarm(this.alarms.alarmNames ?? []);
    if (triggered.length === 0) return;
    this.alarms = { ...this.alarms, status: 'TRIGGERED', triggeredAlarmNames: triggered };
    throw new Interrupted(`alarm detected: ${triggered.join(', ')}`);
  }

  private async stopTarget(): Promise<void> {
    this.targetRuns = false;
    await this.around.data.scaleDown(this.order.target);
  }

  private end(status: ServiceDeploymentStatus, reason: string): void {
    this.status = status;
    this.statusReason = reason;
    this.finishedAt = new Date(this.around.clock.now());
    this.around.tell(`ECS: ${status}`);
  }
}
