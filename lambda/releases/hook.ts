/**
 * What every lifecycle hook of a release has in common: the event that ECS sends, the answer that it expects, and the record that is
 * kept. ECS may call a hook again at any time, and a hook that throws fails a release without a word: each is safe to repeat and says why.
 */
import type { ECSClient } from '@aws-sdk/client-ecs';
import { reasonOf } from '../../app/contract/reason';
import {
  newRelease,
  releaseId,
  withMeasurement,
  type ReleaseMeasurement,
  type ReleaseRecord,
  type ReleaseStore,
} from '../../app/contract/release-record';
import type { ReleaseHook } from '../../app/contract/release-names';
import { readDeployment, type Deployment } from './deployment';

/** As ECS sends it (Amazon ECS Developer Guide, "Lambda hooks for Amazon ECS service deployments"). */
export interface HookEvent {
  executionId: string;
  lifecycleStage: string;
  /** ARN of the service deployment. */
  resourceArn: string;
  executionDetails: {
    serviceArn: string;
    targetServiceRevisionArn: string;
    /** Percent by ARN of the service revision; empty in most stages. */
    testTrafficWeights: Record<string, number>;
    productionTrafficWeights: Record<string, number>;
  };
  hookDetails?: unknown;
}

export interface HookAnswer {
  hookStatus: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS';
  /** Seconds after which ECS calls again; 30 when left out. */
  callBackDelay?: number;
}

export interface HookDependencies {
  ecs: ECSClient;
  store: ReleaseStore;
  environment: string;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Takes one line of JSON. */
  write: (line: string) => void;
}

/** What a hook found: `waiting` is called again after `seconds`. */
export type Finding = Pick<ReleaseMeasurement, 'summary' | 'comparison' | 'checks'> &
  ({ verdict: 'passed' | 'failed' } | { verdict: 'waiting'; seconds: number });

export interface HookRun {
  event: HookEvent;
  deployment: Deployment;
  record: ReleaseRecord;
}

/**
 * Wraps the work of a hook: it is given the deployment and its record, and its finding becomes the answer, a measurement in the record
 * and a line in the log. An error is a failed release with the error as its reason. A release that already goes back is let through.
 * A hook that only looks on (`decides: false`) stops nothing, not even when it fails.
 */
export function createHook(
  hook: ReleaseHook,
  dependencies: HookDependencies,
  work: (run: HookRun) => Promise<Finding>,
  { decides = true }: { decides?: boolean } = {},
): (event: HookEvent) => Promise<HookAnswer> {
  return async (event) => {
    const found = await attempt(dependencies, event, work);
    const finding: Finding = decides ? found : { ...found, verdict: 'passed' };
    try {
      await keep(hook, dependencies, event, finding);
    } catch (error) {
      log(hook, dependencies, event, { verdict: 'failed', summary: `The record was not written: ${reasonOf(error)}` });
      // A release that nobody could ask about must not reach anybody.
      return { hookStatus: decides ? 'FAILED' : 'SUCCEEDED' };
    }
    log(hook, dependencies, event, finding);
    if (finding.verdict === 'waiting') return { hookStatus: 'IN_PROGRESS', callBackDelay: finding.seconds };
    return { hookStatus: finding.verdict === 'passed' ? 'SUCCEEDED' : 'FAILED' };
  };
}

async function attempt(
  { ecs, store, environment, clock }: HookDependencies,
  event: HookEvent,
  work: (run: HookRun) => Promise<Finding>,
): Promise<Finding> {
  try {
    const deployment = await readDeployment(ecs, event.resourceArn);
    if (deployment.goesBack) return { verdict: 'passed', summary: 'The release is already going back.' };
    const record = await store.change(
      deployment.id,
      (known) => known ?? newRelease(event.resourceArn, environment, deployment.startedAt ?? new Date(clock())),
    );
    return await work({ event, deployment, record });
  } catch (error) {
    return { verdict: 'failed', summary: `The check itself failed: ${reasonOf(error)}` };
  }
}

async function keep(
  hook: ReleaseHook,
  { store, environment, clock }: HookDependencies,
  event: HookEvent,
  finding: Finding,
): Promise<void> {
  const now = new Date(clock());
  await store.change(releaseId(event.resourceArn), (known) => {
    const { verdict, summary, comparison, checks } = finding;
    const record = withMeasurement(known ?? newRelease(event.resourceArn, environment, now), {
      at: now.toISOString(),
      hook,
      stage: event.lifecycleStage,
      verdict,
      summary,
      ...(comparison ? { comparison } : {}),
      ...(checks ? { checks } : {}),
    });
    // ECS takes back what a hook fails; when that has ended is for the hook after the release.
    return verdict === 'failed' ? { ...record, decision: 'rolled back', reason: summary } : record;
  });
}

function log(
  hook: ReleaseHook,
  { environment, clock, write }: HookDependencies,
  event: HookEvent,
  { verdict, summary, comparison, checks }: Pick<Finding, 'verdict' | 'summary' | 'comparison' | 'checks'>,
): void {
  write(
    JSON.stringify({
      timestamp: new Date(clock()).toISOString(),
      level: verdict === 'failed' ? 'error' : 'info',
      message: `${hook}: ${summary}`,
      service: 'nailbook-releases',
      environment,
      release: releaseId(event.resourceArn),
      metadata: { hook, stage: event.lifecycleStage, verdict, comparison, checks },
    }),
  );
}
