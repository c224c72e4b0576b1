/** The check after a release (requirement B5): P95 and errors of what users asked, database, LINE, the three sites. */
import { GetMetricDataCommand, type CloudWatchClient, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { OBJECTIVES } from '../../../app/contract/objectives';
import { ENOUGH_IN_5_MINUTES } from '../../../app/contract/service-levels';
import { reasonOf } from '../../../app/contract/reason';
import { apiName, siteNames } from '../../../lib/edge/names';
import { bad, good, note, type Finding } from '../../../lambda/maintenance/diagnose/finding';
import { Failure } from '../terminal';
import { askHealth, type Get } from './health';
import type { Place } from './place';

export interface CheckClients {
  elb: ElasticLoadBalancingV2Client;
  cloudwatch: CloudWatchClient;
  fetch: Get;
  now: () => Date;
}

export interface Traffic {
  requests: number;
  errors: number;
  p95Seconds: number | null;
}

const { p95Seconds: MAX_P95_SECONDS, errorShare: MAX_ERROR_SHARE } = OBJECTIVES.afterRelease;

/** Fewer requests a minute say nothing about a share or a percentile. */
const ENOUGH_A_MINUTE = ENOUGH_IN_5_MINUTES / 5;

const TIMEOUT_MS = 10_000;

/** `version` is the one that has to answer; any when left out. */
export async function checkRelease(
  place: Place,
  { minutes, version }: { minutes: number; version?: string },
  clients: CheckClients,
): Promise<Finding[]> {
  const [traffic, components, sites] = await Promise.all([
    readTraffic(place, minutes, clients),
    checkComponents(place, version, clients.fetch),
    Promise.all(siteNames(place.config).map((name) => checkSite(name, clients.fetch))),
  ]);
  return [...judge(traffic, minutes), ...components, ...sites];
}

export function judge({ requests, errors, p95Seconds }: Traffic, minutes: number): Finding[] {
  if (requests < ENOUGH_A_MINUTE * minutes) {
    return [
      note(
        `${requests} requests within ${minutes} minutes are too few to judge speed and errors by: check again later.`,
      ),
    ];
  }
  const share = errors / requests;
  const errorText = `${errors} of ${requests} requests failed (${percent(share)}, allowed are less than ${percent(MAX_ERROR_SHARE)}).`;
  const p95Text = `P95 is ${p95Seconds === null ? 'unknown' : `${Math.round(p95Seconds * 1000)} ms`} (allowed are less than ${MAX_P95_SECONDS * 1000} ms).`;
  return [
    p95Seconds !== null && p95Seconds < MAX_P95_SECONDS ? good(p95Text) : bad(p95Text, 'npx nailbook diagnose pool'),
    share < MAX_ERROR_SHARE ? good(errorText) : bad(errorText, 'npx nailbook diagnose database'),
  ];
}

/** Of the load balancer, so also what never reached a task. */
async function readTraffic(
  { prefix, region }: Place,
  minutes: number,
  { elb, cloudwatch, now }: CheckClients,
): Promise<Traffic> {
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: [prefix] }));
  const name = balancer?.LoadBalancerArn?.split(':loadbalancer/')[1];
  if (name === undefined) throw new Failure(`there is no load balancer ${prefix} in ${region}`);
  const query = (Id: string, MetricName: string, Stat = 'Sum'): MetricDataQuery => ({
    Id,
    MetricStat: {
      Stat,
      Period: minutes * 60,
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: [{ Name: 'LoadBalancer', Value: name }] },
    },
  });
  const EndTime = now();
  const { MetricDataResults: results = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(EndTime.getTime() - minutes * 60_000),
      EndTime,
      MetricDataQueries: [
        query('requests', 'RequestCount'),
        query('failed', 'HTTPCode_Target_5XX_Count'),
        query('unreached', 'HTTPCode_ELB_5XX_Count'),
        query('p95', 'TargetResponseTime', 'p95'),
      ],
    }),
  );
  const values = (id: string) => results.find(({ Id }) => Id === id)?.Values ?? [];
  const sum = (id: string) => values(id).reduce((total, value) => total + value, 0);
  // A period may reach over a boundary and come in two parts: the slower one counts.
  const p95 = values('p95');
  return {
    requests: sum('requests'),
    errors: sum('failed') + sum('unreached'),
    p95Seconds: p95.length === 0 ? null : Math.max(...p95),
  };
}

async function checkComponents({ config }: Place, wanted: string | undefined, get: Get): Promise<Finding[]> {
  try {
    const { version, components } = await askHealth(apiName(config), get);
    const component = (name: string, label: string): Finding => {
      const { status = 'unknown', error_message: why } = components[name] ?? {};
      const text = `${label} is ${status}${why ? `: ${why}` : ''}.`;
      return status === 'healthy' ? good(text) : bad(text, `npx nailbook diagnose ${name}`);
    };
    return [
      wanted === undefined || wanted === version
        ? good(`${apiName(config)} answers with version ${version}.`)
        : bad(
            `${apiName(config)} answers with version ${version}, not ${wanted}.`,
            `npx nailbook release status ${config.name}`,
          ),
      component('database', 'The database'),
      component('line', 'LINE'),
    ];
  } catch (error) {
    const why = reasonOf(error);
    return [bad(`${apiName(config)} does not answer: ${why}`, `npx nailbook weights ${config.name}`)];
  }
}

async function checkSite(name: string, get: Get): Promise<Finding> {
  try {
    const { status } = await get(`https://${name}/`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return status === 200 ? good(`${name} is there.`) : bad(`${name} answers ${status}.`);
  } catch (error) {
    return bad(`${name} does not answer: ${reasonOf(error)}`);
  }
}

/** `0.05 %`: shares of a tenth of a percent are what this is about. */
function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}
