/** What CloudWatch knows of the two sides: the load balancer's counts by target group, and bookings by version from the API's log. */
import { GetMetricDataCommand, type CloudWatchClient, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { SideFigures } from '../../../app/contract/release-record';
import { BOOKINGS_BY_VERSION } from '../../../app/contract/release-metrics';

export interface Side {
  /** As CloudWatch names it: `targetgroup/name/id`. */
  targetGroup: string;
  version: string | null;
}

const MINUTE_MS = 60_000;

/** `[from, to)`, in whole minutes. */
export interface Period {
  from: Date;
  to: Date;
}

/** From the first whole minute after the shift to the last one that CloudWatch has had time to count. Null while there is none. */
export function periodSince(shiftedAt: Date, now: number): Period | null {
  const from = Math.ceil(shiftedAt.getTime() / MINUTE_MS) * MINUTE_MS;
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  return to > from ? { from: new Date(from), to: new Date(to) } : null;
}

/** Bookings are null when both sides run the same version: a redeployment, whose sides the log cannot tell apart. */
export async function readFigures(
  cloudwatch: CloudWatchClient,
  loadBalancer: string,
  environment: string,
  { green, blue, period }: { green: Side; blue: Side; period: Period },
): Promise<{ green: SideFigures; blue: SideFigures }> {
  const tell = green.version !== null && blue.version !== null && green.version !== blue.version;
  const queries = [...sideQueries('green', green), ...sideQueries('blue', blue)].filter(
    ({ Id }) => tell || !Id?.endsWith('Bookings'),
  );
  const values = await read(cloudwatch, queries, period);
  const of = (name: string): SideFigures => ({
    requests: sum(values.get(`${name}Requests`)),
    errors: sum(values.get(`${name}Failed`)) + sum(values.get(`${name}Unreached`)),
    p95Seconds: weighted(values.get(`${name}Seconds`), values.get(`${name}Requests`)),
    bookings: tell ? sum(values.get(`${name}Bookings`)) : null,
  });
  return { green: of('green'), blue: of('blue') };

  function sideQueries(name: string, { targetGroup, version }: Side): MetricDataQuery[] {
    const balancer = (id: string, MetricName: string, Stat = 'Sum'): MetricDataQuery => ({
      Id: `${name}${id}`,
      MetricStat: {
        Stat,
        Period: 60,
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName,
          Dimensions: [
            { Name: 'LoadBalancer', Value: loadBalancer },
            { Name: 'TargetGroup', Value: targetGroup },
          ],
        },
      },
    });
    return [
      balancer('Requests', 'RequestCount'),
      balancer('Failed', 'HTTPCode_Target_5XX_Count'),
      balancer('Unreached', 'TargetConnectionErrorCount'),
      balancer('Seconds', 'TargetResponseTime', 'p95'),
      {
        Id: `${name}Bookings`,
        MetricStat: {
          Stat: 'Sum',
          Period: 60,
          Metric: {
            Namespace: BOOKINGS_BY_VERSION.namespace(environment),
            MetricName: BOOKINGS_BY_VERSION.name,
            Dimensions: [{ Name: BOOKINGS_BY_VERSION.dimension, Value: version ?? '' }],
          },
        },
      },
    ];
  }
}

/** Values by query and minute (epoch milliseconds). */
async function read(
  cloudwatch: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  { from, to }: Period,
): Promise<Map<string, Map<number, number>>> {
  const found = new Map<string, Map<number, number>>();
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({ MetricDataQueries, StartTime: from, EndTime: to, NextToken }),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      const series = found.get(Id) ?? new Map<number, number>();
      Timestamps.forEach((at, index) => series.set(at.getTime(), Values[index] ?? 0));
      found.set(Id, series);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function sum(series: Map<number, number> = new Map()): number {
  return [...series.values()].reduce((total, value) => total + value, 0);
}

/** CloudWatch keeps percentiles by the minute; over minutes, their mean by requests comes close. Null without requests. */
function weighted(series: Map<number, number> = new Map(), weights: Map<number, number> = new Map()): number | null {
  let total = 0;
  let weight = 0;
  for (const [at, value] of series) {
    const requests = weights.get(at) ?? 0;
    total += value * requests;
    weight += requests;
  }
  return weight === 0 ? null : total / weight;
}
