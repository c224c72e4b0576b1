/** What holds for every stack of every environment, whoever adds to them. */
import { ENVIRONMENT_NAMES } from '../../lib/config/schema';
import { environment } from '../../lib/config/environments';
import { resourcesOf, synthesise, type SynthesisedStack } from '../support/platform';

/** Types that hold what cannot be made again from this repository. */
const DATA_TYPES = [
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::Backup::BackupVault',
  'AWS::ECR::Repository',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::EC2::Volume',
  'AWS::DynamoDB::Table',
  'AWS::Cognito::UserPool',
];

describe.each(ENVIRONMENT_NAMES)('%s', (name) => {
  const config = environment(name);
  let stacks: Map<string, SynthesisedStack>;
  beforeAll(async () => {
    stacks = await synthesise(config);
  });
  /** The resources of a type that do not pass, by their names. */
  const failing = (type: string, passes: (properties: Record<string, unknown>) => boolean) =>
    resourcesOf(stacks, type)
      .filter(({ properties }) => !passes(properties))
      .map(({ stack, id }) => `${stack} ${id}`);

  test('every log group is kept for a stated time', () => {
    expect(resourcesOf(stacks, 'AWS::Logs::LogGroup').length).toBeGreaterThan(8);
    expect(failing('AWS::Logs::LogGroup', ({ RetentionInDays }) => RetentionInDays === config.logDays)).toEqual([]);
  });

  test('every function writes to such a group, and runs on Node 24', () => {
    expect(
      failing('AWS::Lambda::Function', ({ LoggingConfig }) => JSON.stringify(LoggingConfig ?? '').includes('"Ref"')),
    ).toEqual([]);
    expect(failing('AWS::Lambda::Function', ({ Runtime }) => Runtime === 'nodejs24.x')).toEqual([]);
  });

  test('every bucket is closed to the public, encrypted and TLS only', () => {
    const closed = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    expect(
      failing(
        'AWS::S3::Bucket',
        ({ PublicAccessBlockConfiguration }) =>
          JSON.stringify(PublicAccessBlockConfiguration) === JSON.stringify(closed),
      ),
    ).toEqual([]);
    expect(failing('AWS::S3::Bucket', ({ BucketEncryption }) => BucketEncryption !== undefined)).toEqual([]);
    expect(
      failing('AWS::S3::BucketPolicy', ({ PolicyDocument }) =>
        JSON.stringify(PolicyDocument).includes('"aws:SecureTransport":"false"'),
      ),
    ).toEqual([]);
    expect(resourcesOf(stacks, 'AWS::S3::BucketPolicy')).toHaveLength(resourcesOf(stacks, 'AWS::S3::Bucket').length);
  });

  test('every key turns over by itself', () => {
    expect(failing('AWS::KMS::Key', ({ EnableKeyRotation }) => EnableKeyRotation === true)).toEqual([]);
  });

  test('a service of AWS calls functions, publishes and uses keys for this account alone', () => {
    expect(
      failing('AWS::Lambda::Permission', ({ SourceArn, SourceAccount }) => (SourceArn ?? SourceAccount) !== undefined),
    ).toEqual([]);
    for (const [type, policy] of [
      ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
      ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
      ['AWS::KMS::Key', 'KeyPolicy'],
    ] as const) {
      expect(
        failing(type, ({ [policy]: document }) =>
          (document as { Statement: { Effect: string; Principal: object; Condition?: object }[] }).Statement.every(
            ({ Effect, Principal, Condition }) => Effect !== 'Allow' || !('Service' in Object(Principal)) || Condition,
          ),
        ),
      ).toEqual([]);
    }
  });

  test('every stack is tagged, named after its environment and part, and protected if the environment says so', () => {
    for (const { id, name: stackName, tags, terminationProtection, region } of stacks.values()) {
      expect(tags).toMatchObject({
        project: 'nailbook',
        environment: name,
        part: expect.any(String),
        'region-role': expect.any(String),
      });
      expect(stackName.startsWith(`nailbook-${name}-`)).toBe(true);
      expect(stackName.endsWith(id.slice(id.indexOf('/') + 1))).toBe(true);
      expect({ id, terminationProtection }).toEqual({ id, terminationProtection: config.terminationProtection });
      expect(region).not.toBe('unknown-region');
    }
  });

  test('every resource that can be tagged is, except the rules whose weights ECS moves', () => {
    for (const type of [
      'AWS::RDS::DBInstance',
      'AWS::S3::Bucket',
      'AWS::ECS::Service',
      'AWS::EC2::VPC',
      'AWS::SecretsManager::Secret',
      'AWS::KMS::Key',
    ]) {
      expect(failing(type, ({ Tags }) => JSON.stringify(Tags ?? '').includes('"environment"'))).toEqual([]);
    }
    expect(failing('AWS::ElasticLoadBalancingV2::ListenerRule', ({ Tags }) => Tags === undefined)).toEqual([]);
  });

  test('what holds data stays when its stack is deleted, except where the environment is thrown away', () => {
    const gone = DATA_TYPES.flatMap((type) => resourcesOf(stacks, type))
      // A replica is made again from its writer.
      .filter(({ properties }) => properties['SourceDBInstanceIdentifier'] === undefined)
      .filter(
        ({ resource: { DeletionPolicy, UpdateReplacePolicy } }) =>
          DeletionPolicy === 'Delete' || UpdateReplacePolicy === 'Delete',
      );
    const kept = config.storage.retain ? gone.filter(({ id }) => !id.startsWith('Cache')) : [];
    expect(kept.map(({ stack, id }) => `${stack} ${id}`)).toEqual([]);
  });

  test('only the network, the database and the secrets are exported, so that nothing else can block a deployment', () => {
    const exported = [...stacks.values()].flatMap(({ id, outputs }) =>
      Object.entries(outputs)
        .filter(([, { Export }]) => Export !== undefined)
        .map(([output]) => `${id} ${output}`),
    );
    expect(exported.length).toBeGreaterThan(0);
    for (const output of exported) {
      expect(output).toMatch(
        /\/(network ExportsOutputRefVpc|data ExportsOutput(Ref|FnGetAtt)(Secrets|CacheToken|Postgresql|PasswordRotation))/,
      );
    }
  });

  test("no security group takes anything from the world but the load balancer's, on the ports of the web", () => {
    const open = resourcesOf(stacks, 'AWS::EC2::SecurityGroup').flatMap(({ stack, properties }) =>
      ((properties['SecurityGroupIngress'] ?? []) as { CidrIp: unknown; FromPort: number }[])
        .filter(({ CidrIp }) => CidrIp === '0.0.0.0/0')
        .map(({ FromPort }) => `${stack.replace(/^.*\//, '')} ${FromPort}`),
    );
    expect(new Set(open)).toEqual(new Set(['load-balancer 80', 'load-balancer 443']));
  });
});
