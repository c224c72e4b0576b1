import { Match, type Template } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { BEYOND_SECURITY_AUDIT } from '../../../lib/maintenance/drift-detection';
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
  for (const action of statements().flatMap(({ Action }) => Action))
    // Its report is handed to the function that keeps it; CloudFormation's right to look at secrets is below.
    expect(action).toMatch(
      /^[a-z0-9-]+:(BatchDescribe|Describe|Detect|Get|List)|^lambda:InvokeFunction$|^kms:Decrypt$/,
    );
  const detecting = statements().find(({ Action }) => Action.includes('cloudformation:DetectStackDrift'));
  for (const resource of detecting?.Resource ?? []) expect(resource).toContain(':stack/nailbook-production-*');
  const managed = resourcesOf(stacks, 'AWS::IAM::Role').find(
    ({ stack, id }) => stack === 'production/maintenance' && id.startsWith('DetectDrift'),
  );
  expect(JSON.stringify(managed?.properties['ManagedPolicyArns'])).toContain(':iam::aws:policy/SecurityAudit');
});

test('What SecurityAudit does not let CloudFormation read of a type that is deployed, its own policy does', () => {
  const may = new Set(statements().flatMap(({ Action }) => Action));
  const deployed = new Set(
    [...stacks.values()].flatMap((stack) => Object.values(stack.resources).map(({ Type }) => Type)),
  );
  for (const [type, actions] of Object.entries(BEYOND_SECURITY_AUDIT)) {
    expect(deployed).toContain(type);
    for (const action of actions) expect(may).toContain(action);
  }
});

test('Secrets are read by CloudFormation alone, which compares and does not tell', () => {
  const looking = statements().filter(({ Action }) => /GetSecretValue|Decrypt/.test(String(Action)));
  expect(looking.map(({ Action }) => Action)).toEqual(['secretsmanager:GetSecretValue', 'kms:Decrypt']);
  for (const { Condition } of looking) {
    expect(Condition).toEqual({
      'ForAnyValue:StringEquals': expect.objectContaining({ 'aws:CalledVia': 'cloudformation.amazonaws.com' }),
    });
  }
});

/** What its own policy allows. */
function statements() {
  const policy = resourceOf(stacks, 'AWS::IAM::Policy', 'production/maintenance/DetectDrift');
  const { Statement } = policy.properties['PolicyDocument'] as {
    Statement: { Action: string | string[]; Resource: string | string[]; Condition?: unknown }[];
  };
  return Statement;
}
