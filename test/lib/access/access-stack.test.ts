import { environment } from '../../../lib/config/environments';
import { resourceOf, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

let stacks: Map<string, SynthesisedStack>;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
});

/** Who may take the role of that name, and what it may do. */
function role(name: string) {
  const { properties, id } =
    resourcesOf(stacks, 'AWS::IAM::Role').find((each) => each.properties['RoleName'] === name) ?? {};
  const trust = properties?.['AssumeRolePolicyDocument'] as {
    Statement: { Action: string; Condition: { StringEquals: Record<string, string> } }[];
  };
  const policy = resourcesOf(stacks, 'AWS::IAM::Policy').find((each) =>
    JSON.stringify(each.properties['Roles']).includes(`"${id}"`),
  );
  const document = policy?.properties['PolicyDocument'] as {
    Statement: { Action: string | string[]; Resource: string | string[] }[];
  };
  return { trust: trust.Statement, may: document.Statement };
}

test('GitHub is trusted by its tokens: there is no user and no key', () => {
  stackOf(stacks, 'access').template.hasResourceProperties('AWS::IAM::OIDCProvider', {
    Url: 'https://token.actions.githubusercontent.com',
    ClientIdList: ['sts.amazonaws.com'],
  });
  expect(resourcesOf(stacks, 'AWS::IAM::User')).toEqual([]);
  expect(resourcesOf(stacks, 'AWS::IAM::AccessKey')).toEqual([]);
});

test('A pull request of this repository reads and compares, and can do nothing else', () => {
  const { trust, may } = role('nailbook-production-diff');
  expect(trust).toEqual([
    expect.objectContaining({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:nailbook-example/nailbook:pull_request',
        },
      },
    }),
  ]);
  expect(may.map(({ Action }) => Action)).toEqual(['sts:AssumeRole']);
  for (const resource of may.flatMap(({ Resource }) => Resource))
    expect(resource).toMatch(/:role\/cdk-hnb659fds-lookup-role-/);
});

test('Only a job in the approved GitHub environment deploys, through the roles of CDK in the regions of the platform', () => {
  const { trust, may } = role('nailbook-production-deploy');
  expect(trust[0]?.Condition.StringEquals).toMatchObject({
    'token.actions.githubusercontent.com:sub': 'repo:nailbook-example/nailbook:environment:production',
  });
  const assumed = may.filter(({ Action }) => Action === 'sts:AssumeRole').flatMap(({ Resource }) => Resource);
  expect(assumed).toHaveLength(4 * 4);
  expect(new Set(assumed.map((arn) => arn.slice(arn.lastIndexOf('333333333333-') + 13)))).toEqual(
    new Set(['ap-northeast-1', 'us-west-2', 'eu-west-1', 'us-east-1']),
  );
});

test('It pushes the one image and publishes the three sites, and takes nothing away', () => {
  const { may } = role('nailbook-production-deploy');
  expect(may.flatMap(({ Action }) => Action).filter((action) => /Delete|Invalidat|^s3:\*/.test(action))).toEqual([]);
  const resources = may.flatMap(({ Resource }) => Resource);
  expect(resources).toContain('arn:aws:ecr:ap-northeast-1:333333333333:repository/nailbook/api');
  expect(resources.filter((arn) => /^arn:aws:s3:::nailbook-production-site-.*\/\*$/.test(arn))).toHaveLength(3);
});

test('It checks what it has released, and reads no token key where there are customers', () => {
  const { may } = role('nailbook-production-deploy');
  const actions = may.flatMap(({ Action }) => Action);
  expect(actions).toEqual(expect.arrayContaining(['cloudwatch:GetMetricData', 's3:GetObject']));
  expect(may.find(({ Action }) => Action === 's3:GetObject')?.Resource).toBe(
    'arn:aws:s3:::nailbook-production-backups-333333333333-ap-northeast-1/releases/*',
  );
  expect(actions).not.toContain('secretsmanager:GetSecretValue');
});

test('In staging the tests of a release may sign in, by the one key', async () => {
  stacks = await synthesise(environment('staging'));
  const { may } = role('nailbook-staging-deploy');
  expect(may.filter(({ Action }) => /GetSecretValue|Decrypt/.test(String(Action)))).toEqual([
    expect.objectContaining({
      Resource: 'arn:aws:secretsmanager:ap-northeast-1:222222222222:secret:nailbook/staging/token-key-??????',
    }),
    expect.objectContaining({
      Condition: expect.objectContaining({
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/nailbook-staging-data' },
      }),
    }),
  ]);
  stacks = await synthesise(environment('production'));
});

describe('The ceiling over all roles', () => {
  test('stands above every role of every stack', () => {
    const roles = resourcesOf(stacks, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(20);
    const without = roles.filter(
      ({ properties }) =>
        properties['PermissionsBoundary'] !== 'arn:aws:iam::333333333333:policy/nailbook-production-boundary',
    );
    expect(without.map(({ stack, id }) => `${stack} ${id}`)).toEqual([]);
  });

  test('forbids new rights, lost traces, deleted backups and other regions', () => {
    const { properties } = resourceOf(stacks, 'AWS::IAM::ManagedPolicy');
    const { Statement } = properties['PolicyDocument'] as {
      Statement: { Sid: string; Effect: string; Action?: string[]; Condition?: unknown }[];
    };
    const denied = Statement.filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map(({ Sid }) => Sid)).toEqual(['NoNewRights', 'NoLostTraces', 'NoOtherRegions']);
    expect(denied[0]?.Action).toEqual(
      expect.arrayContaining(['iam:Create*', 'iam:Attach*', 'iam:Put*', 'organizations:*']),
    );
    expect(denied[1]?.Action).toEqual(
      expect.arrayContaining(['cloudtrail:StopLogging', 'backup:DeleteRecoveryPoint', 'kms:ScheduleKeyDeletion']),
    );
    expect(denied[2]?.Condition).toEqual({
      StringNotEquals: { 'aws:RequestedRegion': ['ap-northeast-1', 'us-west-2', 'eu-west-1', 'us-east-1'] },
    });
  });
});
