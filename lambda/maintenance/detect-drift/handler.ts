/** Started every day by its schedule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../../app/contract/environment';
import { lambdaTask } from '../entry';
import { detectDrift } from './detect-drift';
import { stacksOf } from './stacks';

const prefix = `nailbook-${process.env[NAMES.environment]}-`;
const regions = (process.env[NAMES.stackRegions] ?? '')
  .split(',')
  .filter(Boolean)
  .map((region) => stacksOf(new CloudFormationClient({ region }), region, prefix));

export const handler = lambdaTask('detect-drift', (run) => detectDrift({ regions, sleep }, run));
