import { Match, type Template } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { resourceOf, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

let stacks: Map<string, SynthesisedStack>;
let template: Template;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
  ({ template } = stackOf(stacks, 'maintenance'));
});

test('What runs is compared with what was deployed every morning in Taipei, in every region of the platform', () => {
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    Name: 'nailbook-production-maintenance-detect-drift',
    ScheduleExpression: 'cron(30 6 * * ? *)',
    ScheduleExpressionTimezone: 'Asia/Taipei',
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'nailbook-production-maintenance-detect-drift',
    Runtime: 'nodejs24.x',
    Timeout: 900,
    Environment: { Variables: Match.objectLike({ STACK_REGIONS: 'ap-northeast-1,us-west-2,eu-west-1,us-east-1' }) },
  });
});

test('It reads the configuration of everything, and changes nothing but the comparison of its own stacks', () => {
  const policy = resourceOf(stacks, 'AWS::IAM::Policy', 'production/maintenance/DetectDrift');
  const { Statement } = policy.properties['PolicyDocument'] as {
    Statement: { Action: string | string[]; Resource: string | string[] }[];
  };
  for (const action of Statement.flatMap(({ Action }) => Action))
    // Its report is handed to the function that keeps it.
    expect(action).toMatch(/^cloudformation:(Detect|Describe|BatchDescribe)|^lambda:InvokeFunction$/);
  const detecting = Statement.find(({ Action }) => Action.includes('cloudformation:DetectStackDrift'));
  for (const resource of detecting?.Resource ?? []) expect(resource).toContain(':stack/nailbook-production-*');
  const managed = resourcesOf(stacks, 'AWS::IAM::Role').find(
    ({ stack, id }) => stack === 'production/maintenance' && id.startsWith('DetectDrift'),
  );
  expect(JSON.stringify(managed?.properties['ManagedPolicyArns'])).toContain(':iam::aws:policy/SecurityAudit');
});
