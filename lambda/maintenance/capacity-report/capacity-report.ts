/** Compares how database, files and requests have grown with the plan and with the limits (requirement E6). */
import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Growth } from '../../../app/contract/capacity';
import { count, type Outcome, type TaskRun } from '../task';
import { growth, nearLimit, offPlan, type Plan, type Sample } from './growth';

const DAY_MS = 86_400_000;

/** Two months and a bit: a month's growth, and the one before to compare with. */
const DAYS = 65;

/** A daily figure in CloudWatch. */
export interface Series {
  plan: Plan;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  statistic: 'Average' | 'Sum' | 'Maximum';
}

export interface CapacityResources {
  cloudWatch: CloudWatchClient;
  series: readonly Series[];
}

/** Reads only: a dry run is the same. */
export async function capacityReport({ cloudWatch, series }: CapacityResources, run: TaskRun): Promise<Outcome> {
  const now = run.clock();
  const known: Growth[] = [];
  const failures: string[] = [];
  const notes: string[] = [];
  for (const one of series) {
    const result = growth(one.plan, await samplesOf(cloudWatch, one, now));
    if (!result) {
      notes.push(`CloudWatch has no figures of ${one.plan.name} yet.`);
      continue;
    }
    known.push(result);
    failures.push(...nearLimit(result, one.plan));
    notes.push(...offPlan(result));
    if (result.percent === null) notes.push(`${one.plan.name} is known for too few days to say how it grows.`);
  }
  return {
    summary: failures.length === 0 ? `${count(known.length, 'figure')} looked at, no limit is near.` : '',
    failures,
    notes,
    details: { growth: known },
  };
}

async function samplesOf(cloudWatch: CloudWatchClient, series: Series, now: number): Promise<Sample[]> {
  // Whole days only: half a day's requests would look like a fall. CloudWatch counts its days from the start that it is given.
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: series.namespace,
      MetricName: series.metric,
      Dimensions: Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(today - DAYS * DAY_MS),
      EndTime: new Date(today),
      Period: DAY_MS / 1000,
      Statistics: [series.statistic],
    }),
  );
  return Datapoints.flatMap(({ Timestamp: at, ...point }) => {
    const value = point[series.statistic];
    return at && value !== undefined ? [{ at, value }] : [];
  });
}
