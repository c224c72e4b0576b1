/** How ECS calls the hooks of a stage: what it sends, what it makes of the answer, and when it calls again. */
import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { MINUTE, SECOND, type Clock } from '../clock';
import type { HookStage } from './rules';

/** Percent, by the ARN of the service revision; empty where the stage moves no such traffic. */
export type Weights = Record<string, number>;

export interface HookEvent {
  executionId: string;
  lifecycleStage: HookStage;
  /** ARN of the service deployment. */
  resourceArn: string;
  executionDetails: {
    serviceArn: string;
    targetServiceRevisionArn: string;
    testTrafficWeights: Weights;
    productionTrafficWeights: Weights;
  };
  hookDetails?: Record<string, unknown>;
}

/** The functions behind the hooks, by ARN; what they return is judged here. */
export type HookFunctions = Record<string, (event: HookEvent) => Promise<unknown>>;

export interface HookRun {
  hooks: readonly DeploymentLifecycleHook[];
  functions: HookFunctions;
  event: Omit<HookEvent, 'executionId' | 'hookDetails'>;
  clock: Clock;
  /** Passes the time between two calls; rejects when the deployment must not go on. */
  wait: (milliseconds: number) => Promise<void>;
  /** Each call comes twice, and the later answer counts: what is delivered at least once may come again. */
  twice: boolean;
}

const DEFAULT_CALL_BACK_SECONDS = 30;
const DEFAULT_TIMEOUT_MINUTES = 1440;

/** Why a hook takes its deployment back. */
export class HookFailure extends Error {}

/** Runs every hook of the stage to its end; throws a HookFailure when one does not succeed. */
export async function runHooks(run: HookRun): Promise<void> {
  const stage = run.event.lifecycleStage;
  for (const hook of run.hooks) if (hook.lifecycleStages?.includes(stage)) await runHook(run, hook);
}

async function runHook(
  { functions, event, clock, wait, twice }: HookRun,
  hook: DeploymentLifecycleHook,
): Promise<void> {
  const arn = hook.hookTargetArn ?? '';
  const executionId = randomUUID();
  const { timeoutInMinutes = DEFAULT_TIMEOUT_MINUTES, action = 'ROLLBACK' } = hook.timeoutConfiguration ?? {};
  const deadline = clock.now() + timeoutInMinutes * MINUTE;
  const details = { ...(isRecord(hook.hookDetails) ? hook.hookDetails : {}) };
  for (;;) {
    const call = () =>
      callOnce(functions, arn, {
        executionId,
        ...event,
        ...(Object.keys(details).length > 0 ? { hookDetails: details } : {}),
      });
    let answer = await call();
    if (twice) answer = await call();
    if (answer.hookStatus === 'SUCCEEDED') return;
    if (answer.hookStatus === 'FAILED') throw new HookFailure(`hook ${nameOf(arn)} failed at ${event.lifecycleStage}`);
    Object.assign(details, answer.hookDetails);
    const delay = answer.callBackDelay * SECOND;
    if (clock.now() + delay > deadline) {
      await wait(Math.max(0, deadline - clock.now()));
      if (action === 'CONTINUE') return;
      throw new HookFailure(`hook ${nameOf(arn)} timed out at ${event.lifecycleStage}`);
    }
    await wait(delay);
  }
}

interface Answer {
  hookStatus: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS';
  /** Seconds. */
  callBackDelay: number;
  hookDetails: Record<string, unknown> | undefined;
}

async function callOnce(functions: HookFunctions, arn: string, event: HookEvent): Promise<Answer> {
  const hook = functions[arn];
  if (!hook) throw new HookFailure(`there is no function ${arn}`);
  let answer: unknown;
  try {
    // As JSON, there and back: a function gets no objects of ECS, and ECS none of a function.
    answer = JSON.parse(JSON.stringify((await hook(structuredClone(event))) ?? null));
  } catch (error) {
    const reason = types.isNativeError(error) ? error.message : String(error);
    throw new HookFailure(`hook ${nameOf(arn)}: HookStatus must not be null`, { cause: reason });
  }
  const { hookStatus, callBackDelay, hookDetails } = isRecord(answer) ? answer : {};
  if (hookStatus !== 'SUCCEEDED' && hookStatus !== 'FAILED' && hookStatus !== 'IN_PROGRESS')
    throw new HookFailure(`hook ${nameOf(arn)}: HookStatus must not be null`);
  return {
    hookStatus,
    callBackDelay: typeof callBackDelay === 'number' ? callBackDelay : DEFAULT_CALL_BACK_SECONDS,
    hookDetails: isRecord(hookDetails) ? hookDetails : undefined,
  };
}

function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
