/** What may differ from the templates, because somebody else decides it while the platform runs. */

interface Expected {
  /** Type of the resource. */
  type: string;
  /** Path of the property, as CloudFormation writes it. */
  path: RegExp;
}

const EXPECTED: Expected[] = [
  // ECS moves the weights during a release, and leaves them where the last one ended.
  { type: 'AWS::ElasticLoadBalancingV2::ListenerRule', path: /^\/Actions\/\d+\/ForwardConfig\/TargetGroups\b/ },
  // Blue and green change places with every release.
  { type: 'AWS::ECS::Service', path: /^\/LoadBalancers\b/ },
  // Autoscaling.
  { type: 'AWS::ECS::Service', path: /^\/DesiredCount$/ },
  // RDS adds storage when it runs short.
  { type: 'AWS::RDS::DBInstance', path: /^\/AllocatedStorage$/ },
];

export function isExpected(type: string, path: string): boolean {
  return EXPECTED.some((expected) => expected.type === type && expected.path.test(path));
}
