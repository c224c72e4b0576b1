/** One service deployment of ECS's own blue/green, canary or linear strategy, from its first stage to its clean-up or its rollback. */
import { randomUUID } from 'node:crypto';
import type {
  Rollback,
  ServiceDeploymentAlarms,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { MINUTE, SECOND } from '../clock';
import { HookFailure, runHooks, type Weights } from './hooks';
import type { Order, Surroundings } from './order';
import type { HookStage } from './rules';
import { stepsOf } from './steps';
import { Traffic } from './traffic';

/** How often ECS looks at alarms and at what it was asked meanwhile. */
const LOOK_MS = 10 * SECOND;

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
  readonly traffic: Traffic;

  constructor(
    readonly order: Order,
    private readonly around: Surroundings,
  ) {
    this.traffic = new Traffic(order, around);
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
    if (reconcile)
      await this.hooks('RECONCILE_SERVICE', this.traffic.weights('test'), this.traffic.weights('production'));
    await this.hooks('PRE_SCALE_UP');
    this.enter('SCALE_UP');
    await data.scaleUp(target);
    this.targetRuns = true;
    this.look();
    await this.hooks('POST_SCALE_UP');
    this.traffic.shift('test', 100);
    await this.hooks('TEST_TRAFFIC_SHIFT', this.traffic.weights('test'));
    await this.hooks('POST_TEST_TRAFFIC_SHIFT');
    for (const { percent, bakeMinutes } of stepsOf(configuration, blue !== null)) {
      await this.hooks('PRE_PRODUCTION_TRAFFIC_SHIFT', {}, this.traffic.weights('production'));
      this.traffic.shift('production', percent);
      await this.hooks('PRODUCTION_TRAFFIC_SHIFT', {}, this.traffic.weights('production'));
      await this.wait(bakeMinutes * MINUTE);
    }
    await this.hooks('POST_PRODUCTION_TRAFFIC_SHIFT');
    this.enter('BAKE_TIME');
    await this.wait((configuration.bakeTimeInMinutes ?? 0) * MINUTE);
    if (this.alarms.status === 'MONITORING') this.alarms = { ...this.alarms, status: 'MONITORING_COMPLETE' };
    this.enter('CLEAN_UP');
    if (blue) await data.scaleDown(blue);
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
      this.traffic.shift('production', 0);
      await this.hooks('PRODUCTION_TRAFFIC_SHIFT', {}, this.traffic.weights('production'));
      this.traffic.shift('test', 0);
      await this.hooks('TEST_TRAFFIC_SHIFT', this.traffic.weights('test'));
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      return this.end('ROLLBACK_FAILED', `${reason}; then ${error.message}`);
    }
    await this.stopTarget();
    this.end('ROLLBACK_SUCCESSFUL', reason);
  }

  private async stop(reason: string): Promise<void> {
    if (this.order.blue) {
      this.traffic.shift('production', 0);
      this.traffic.shift('test', 0);
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
