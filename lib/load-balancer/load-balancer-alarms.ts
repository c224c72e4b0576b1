/** The alarms of the way in. ECS exchanges the roles of the two sides with every release, so that each alarm watches both. */
import { MathExpression, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  HttpCodeElb,
  HttpCodeTarget,
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { certificateAlarm, firewallAlarm } from '../edge/edge-alarms';
import type { WebFirewall } from '../edge/web-firewall';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import { platformLevel, serviceLevel } from '../monitoring/levels';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';

const FIVE_MINUTES = 300;

export interface WayIn {
  loadBalancer: ApplicationLoadBalancer;
  sides: { blue: ApplicationTargetGroup; green: ApplicationTargetGroup };
  certificate: ICertificate;
  firewall: WebFirewall;
}

export function loadBalancerAlarms(stack: PlatformStack, wayIn: WayIn, topics: AlarmTopics): LevelAlarm[] {
  const alarms = [
    certificateAlarm(stack, wayIn.certificate, topics, 'Api'),
    firewallAlarm(stack, wayIn.firewall, topics, 'Api'),
  ];
  const { minTasks } = stack.config.service;
  // A region on standby has no tasks, and takes no traffic.
  return minTasks === 0 ? alarms : [...alarms, ...trafficAlarms(stack, wayIn, topics)];
}

function trafficAlarms(stack: PlatformStack, { loadBalancer, sides }: WayIn, topics: AlarmTopics): LevelAlarm[] {
  const both = (label: string, of: (side: ApplicationTargetGroup) => Metric, more: Record<string, Metric> = {}) => {
    const metrics = { blue: of(sides.blue), green: of(sides.green), ...more };
    return new MathExpression({
      expression: Object.keys(metrics)
        .map((name) => `FILL(${name}, 0)`)
        .join(' + '),
      usingMetrics: metrics,
      label,
    });
  };
  const alarms = [
    levelAlarm(stack, platformLevel('NoHealthyTask'), {
      // The most that any node of the load balancer saw in a minute; a side without tasks counts none.
      metric: both('Healthy tasks', ({ metrics }) => metrics.healthyHostCount({ statistic: 'Maximum' })),
      topics,
      // The load balancer counts as long as a side has tasks: no figure from either means that there are none.
      missing: TreatMissingData.BREACHING,
    }),
    levelAlarm(stack, platformLevel('UnhealthyTasks'), {
      metric: both('Unhealthy tasks', ({ metrics }) => metrics.unhealthyHostCount({ statistic: 'Minimum' })),
      topics,
      // Without tasks none is unhealthy; that there are none is the alarm above.
      missing: TreatMissingData.NOT_BREACHING,
    }),
    levelAlarm(stack, serviceLevel('ManyServerErrors'), {
      metric: both(
        'Requests that failed',
        ({ metrics }) => metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT),
        // What the load balancer answers itself, because no task did.
        { loadBalancer: loadBalancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT) },
      ),
      topics,
      periodSeconds: FIVE_MINUTES,
      // The load balancer counts errors when there are some: no figure is none.
      missing: TreatMissingData.NOT_BREACHING,
    }),
  ];
  // Where nobody asks at night, and no check from outside does, silence is no news.
  if (stack.config.monitoring.level === 'basic') return alarms;
  return [
    ...alarms,
    levelAlarm(stack, serviceLevel('NoTraffic'), {
      metric: loadBalancer.metrics.requestCount(),
      topics,
      periodSeconds: FIVE_MINUTES,
      // The very thing that it listens for: the load balancer counts nothing when nothing comes.
      missing: TreatMissingData.BREACHING,
    }),
  ];
}
