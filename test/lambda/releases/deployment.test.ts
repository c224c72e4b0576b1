import type { ServiceDeployment, ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { toDeployment } from '../../../lambda/releases/deployment';
import { DEPLOYMENT, GREEN } from './support';

const of = (changes: Partial<ServiceDeployment>) =>
  toDeployment({ serviceDeploymentArn: DEPLOYMENT, targetServiceRevision: { arn: GREEN }, ...changes });

test.each<[ServiceDeploymentStatus, boolean]>([
  ['PENDING', false],
  ['IN_PROGRESS', false],
  ['SUCCESSFUL', false],
  ['ROLLBACK_REQUESTED', true],
  ['ROLLBACK_IN_PROGRESS', true],
  ['ROLLBACK_SUCCESSFUL', true],
  ['STOP_REQUESTED', true],
  ['STOPPED', true],
])('a deployment that is %s goes back: %s', (status, goesBack) => {
  expect(of({ status }).goesBack).toBe(goesBack);
});

test('the source is the revision with the most traffic, and none that has no task', () => {
  const sourceServiceRevisions = [
    { arn: 'never served', runningTaskCount: 0, requestedProductionTrafficWeight: 100 },
    { arn: 'five percent', runningTaskCount: 1, requestedProductionTrafficWeight: 5 },
    { arn: 'the rest', runningTaskCount: 3, requestedProductionTrafficWeight: 95 },
  ];
  expect(of({ sourceServiceRevisions }).source).toBe('the rest');
  expect(of({ sourceServiceRevisions: sourceServiceRevisions.slice(0, 1) }).source).toBeNull();
});
