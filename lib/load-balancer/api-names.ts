/** The API's names in DNS: one for everybody, one per region, one for the side under test (requirements A3, A11). */
import { Duration } from 'aws-cdk-lib';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  ARecord,
  Failover,
  HealthCheck,
  HealthCheckType,
  RecordTarget,
  type ARecordProps,
  type IHostedZone,
} from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { HEALTH_PATH } from '../../app/contract/api';
import { apiName, greenName, regionalName } from '../edge/names';
import type { PlatformStack } from '../platform-stack';

/** Three misses 30 s apart: a region is out after one and a half minutes (requirement A11). */
const HEALTH_CHECK_INTERVAL = Duration.seconds(30);
const HEALTH_CHECK_FAILURES = 3;

export function nameApi(stack: PlatformStack, zone: IHostedZone, loadBalancer: IApplicationLoadBalancer): void {
  const { config } = stack;
  // A region on standby without tasks is no answer: Route 53 then stays with the first one until the tasks are up.
  const target = RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer, { evaluateTargetHealth: true }));
  const record = (id: string, name: string, props: Partial<ARecordProps> = {}) =>
    new ARecord(stack, id, { zone, recordName: `${name}.`, target, ...props });

  record('RegionalName', regionalName(config));
  record('GreenName', greenName(stack));
  record('Name', apiName(config), routing(stack));
}

/** Without a second region there is nothing to choose; with one, a region is chosen only while its health check passes. */
function routing(stack: PlatformStack): Partial<ARecordProps> {
  const { config, role } = stack;
  const second = config.recovery?.secondRegion;
  if (!second) return {};
  const healthCheck = new HealthCheck(stack, 'HealthCheck', {
    type: HealthCheckType.HTTPS,
    fqdn: regionalName(config),
    resourcePath: HEALTH_PATH,
    port: 443,
    requestInterval: HEALTH_CHECK_INTERVAL,
    failureThreshold: HEALTH_CHECK_FAILURES,
    measureLatency: true,
  });
  const common = { setIdentifier: config.region, healthCheck };
  if (second.weightPercent !== undefined) {
    return { ...common, weight: role === 'first' ? 100 - second.weightPercent : second.weightPercent };
  }
  return { ...common, failover: role === 'first' ? Failover.PRIMARY : Failover.SECONDARY };
}
