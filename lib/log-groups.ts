/** Gives every log group a retention, also those of functions that the construct library brings along. */
import { CfnResource, RemovalPolicy, type IAspect } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/** Without a log group of its own, such a function makes itself one at its first start that is kept for ever. */
export class FunctionLogGroups implements IAspect {
  constructor(private readonly days: number) {}

  visit(node: IConstruct): void {
    const scope = node.node.scope;
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== 'AWS::Lambda::Function' || !scope) return;
    // The functions of this project name their log group; those made for custom resources are bare resources.
    if (node.constructor !== CfnResource) return;
    const group = new LogGroup(scope, 'LogGroup', { retention: this.days, removalPolicy: RemovalPolicy.DESTROY });
    node.addPropertyOverride('LoggingConfig', { LogGroup: group.logGroupName });
  }
}
