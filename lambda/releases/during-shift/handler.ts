/** Called by ECS before every step of the shift. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { hookDependencies } from '../wiring';
import { createDuringShiftHandler } from './during-shift';

export const handler = createDuringShiftHandler({
  ...hookDependencies(),
  elb: new ElasticLoadBalancingV2Client({}),
  cloudwatch: new CloudWatchClient({}),
});
