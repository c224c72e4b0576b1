/** Says of a rule that it does not apply to a construct and what is in it, and why. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** `reasons` by the rule's id, for example `AwsSolutions-RDS11`; IAM4 and IAM5 have one id for each finding. */
export function acknowledge(scope: IConstruct, reasons: Record<string, string>): void {
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
