/** The stacks of an environment in CloudFormation. */
import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  paginateDescribeStacks,
  paginateDescribeStackResourceDrifts,
} from '@aws-sdk/client-cloudformation';
import type { Drift, Stacks } from './detect-drift';

/** `prefix` begins the names of the environment's stacks. */
export function stacksOf(client: CloudFormationClient, region: string, prefix: string): Stacks {
  return {
    region,
    async list() {
      const names: string[] = [];
      for await (const { Stacks: page = [] } of paginateDescribeStacks({ client }, {})) {
        for (const { StackName, StackStatus } of page) {
          // One that is being changed is compared tomorrow; one that is stuck is refused, and so named.
          if (StackName?.startsWith(prefix) && !StackStatus?.endsWith('_IN_PROGRESS')) names.push(StackName);
        }
      }
      return names;
    },
    async start(stack) {
      const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName: stack }));
      if (!StackDriftDetectionId) throw new Error(`The comparison of ${stack} got no id`);
      return StackDriftDetectionId;
    },
    async finished(detection) {
      const { DetectionStatus, DetectionStatusReason } = await client.send(
        new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: detection }),
      );
      if (DetectionStatus === 'DETECTION_IN_PROGRESS') return null;
      return DetectionStatus === 'DETECTION_COMPLETE'
        ? ''
        : (DetectionStatusReason ?? 'CloudFormation gives no reason');
    },
    async drifts(stack) {
      const found: Drift[] = [];
      const filters = { StackName: stack, StackResourceDriftStatusFilters: ['MODIFIED' as const, 'DELETED' as const] };
      for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts({ client }, filters)) {
        for (const drift of StackResourceDrifts) {
          found.push({
            type: drift.ResourceType ?? 'unknown type',
            name: drift.PhysicalResourceId ?? drift.LogicalResourceId ?? 'unknown name',
            deleted: drift.StackResourceDriftStatus === 'DELETED',
            differences: (drift.PropertyDifferences ?? []).map(({ PropertyPath, ExpectedValue, ActualValue }) => ({
              path: PropertyPath ?? '/',
              deployed: ExpectedValue ?? 'nothing',
              actual: ActualValue ?? 'nothing',
            })),
          });
        }
      }
      return found;
    },
  };
}
