/** Called by ECS when green has all test traffic. */
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { readSecret } from '../../maintenance/aws/secrets';
import { need } from '../../maintenance/aws/settings';
import { hookDependencies } from '../wiring';
import { createAfterTestTrafficHandler } from './after-test-traffic';

export const handler = createAfterTestTrafficHandler({
  ...hookDependencies(),
  elb: new ElasticLoadBalancingV2Client({}),
  greenUrl: need('greenUrl'),
  tokenKey: () => readSecret(need('tokenKeySecretArn')),
});
