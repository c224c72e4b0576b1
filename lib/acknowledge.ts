/** Says of a rule that it does not apply to a construct and what is in it, and why. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `reasons` by the rule's id, for example `AwsSolutions-RDS11`; IAM4 and IAM5 have one id for each finding. */
export function acknowledge(scope: IConstruct, reasons: Record<string, string>): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** One reason for the findings of IAM5 on these resources, each of which has a `*` in it. */
export function forEachResource(resources: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(resources.map((resource) => [`AwsSolutions-IAM5[Resource::${resource}]`, reason]));
}
