/**
 * Logical ids of what holds data, with the properties whose change would replace it. A test that fails here says that the deployment
 * would delete this thing and make an empty one: move the data first, and only then change the line.
 */
import { environment } from '../../lib/config/environments';
import { stackOf, synthesise, type SynthesisedStack } from '../support/platform';

let stacks: Map<string, SynthesisedStack>;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
});

const REF = (id: string) => ({ Ref: id });
const ARN = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const SECRET = (name: string) => ({ Name: `nailbook/production/${name}` });
const BUCKET = (name: string, region = 'ap-northeast-1') => ({
  BucketName: `nailbook-production-${name}-333333333333-${region}`,
});
const VAULT = { BackupVaultName: 'nailbook-production-backups' };

type Frozen = [stack: string, id: string, type: string, properties: Record<string, unknown>];

const FROZEN: Frozen[] = [
  [
    'data',
    'PostgresqlInstanceCDADDB0F',
    'AWS::RDS::DBInstance',
    {
      DBInstanceIdentifier: 'nailbook-production',
      Engine: 'postgres',
      DBSubnetGroupName: REF('DatabaseSubnets'),
      KmsKeyId: ARN('Key961B73FD'),
      StorageEncrypted: true,
      DBName: undefined,
      CharacterSetName: undefined,
      Timezone: undefined,
      DBSnapshotIdentifier: undefined,
      SourceDBInstanceIdentifier: undefined,
    },
  ],
  [
    'data',
    'CacheReplicationGroupBFE59FF3',
    'AWS::ElastiCache::ReplicationGroup',
    {
      ReplicationGroupId: 'nailbook-production',
      AtRestEncryptionEnabled: true,
      KmsKeyId: ARN('Key961B73FD'),
      CacheSubnetGroupName: REF('CacheSubnets75A36213'),
      NumNodeGroups: 1,
      Port: 6379,
    },
  ],
  ['data', 'Key961B73FD', 'AWS::KMS::Key', {}],
  // Of messages on their way: a new one loses those of a minute.
  ...['alarms', 'alarms-global', 'second/alarms'].map((stack): Frozen => [stack, 'Key961B73FD', 'AWS::KMS::Key', {}]),
  ['data', 'CredentialsKeyA24B74BF', 'AWS::KMS::Key', { MultiRegion: true }],
  ['data', 'Secretsdatabase857A2A3E', 'AWS::SecretsManager::Secret', SECRET('database')],
  ['data', 'Secretsdatabaseowner0F1DA4AF', 'AWS::SecretsManager::Secret', SECRET('database-owner')],
  ['data', 'Secretsdatabasemaintenance77EB3F8D', 'AWS::SecretsManager::Secret', SECRET('database-maintenance')],
  ['data', 'SecretsdatabaseadminE294B2CD', 'AWS::SecretsManager::Secret', SECRET('database-admin')],
  ['data', 'Secretstokenkey5AD371D2', 'AWS::SecretsManager::Secret', SECRET('token-key')],
  ['data', 'Secretsline2AD2C577', 'AWS::SecretsManager::Secret', SECRET('line')],
  ['storage', 'Uploads4F6EB0FD', 'AWS::S3::Bucket', BUCKET('uploads')],
  ['storage', 'Backups9A29A52D', 'AWS::S3::Bucket', BUCKET('backups')],
  ['storage', 'BackupsKeyD4DFD2DB', 'AWS::KMS::Key', {}],
  ['edge', 'CustomerSiteBucket527B0E44', 'AWS::S3::Bucket', BUCKET('site-customer')],
  ['edge', 'MerchantSiteBucket55206FB4', 'AWS::S3::Bucket', BUCKET('site-merchant')],
  ['edge', 'AdminSiteBucket973138B1', 'AWS::S3::Bucket', BUCKET('site-admin')],
  ['recovery', 'RecoveryKeyF0CE256A', 'AWS::KMS::Key', {}],
  ['recovery', 'RecoveryVault36CA333C', 'AWS::Backup::BackupVault', VAULT],
  ...['us-west-2', 'eu-west-1'].flatMap((region): Frozen[] => [
    [`copies-${region}`, 'RecoveryKeyF0CE256A', 'AWS::KMS::Key', {}],
    [`copies-${region}`, 'RecoveryVault36CA333C', 'AWS::Backup::BackupVault', VAULT],
    [`copies-${region}`, 'Uploads4F6EB0FD', 'AWS::S3::Bucket', BUCKET('uploads', region)],
    [`copies-${region}`, 'customerSite6A1427F5', 'AWS::S3::Bucket', BUCKET('site-customer', region)],
    [`copies-${region}`, 'merchantSite62423D76', 'AWS::S3::Bucket', BUCKET('site-merchant', region)],
    [`copies-${region}`, 'adminSite1F0CF40C', 'AWS::S3::Bucket', BUCKET('site-admin', region)],
  ]),
  ['images', 'ApiF70053CD', 'AWS::ECR::Repository', { RepositoryName: 'nailbook/api' }],
  ['network', 'Vpc8378EB38', 'AWS::EC2::VPC', { CidrBlock: '10.30.0.0/16' }],
  ['alerts', 'Incidents169D50D8', 'AWS::DynamoDB::Table', { TableName: 'nailbook-production-incidents' }],
  ['alerts', 'ReceiversAFB91CB5', 'AWS::SecretsManager::Secret', { ...SECRET('alerts'), SecretString: '{}' }],
  [
    'metrics',
    'HostData68E11EB2',
    'AWS::EC2::Volume',
    { AvailabilityZone: 'ap-northeast-1a', Encrypted: true, KmsKeyId: undefined, SnapshotId: undefined },
  ],
  ['metrics', 'SignInPeople26B168CC', 'AWS::Cognito::UserPool', { UsernameAttributes: ['email'], Schema: undefined }],
  [
    'second/data',
    'PostgresqlInstanceCDADDB0F',
    'AWS::RDS::DBInstance',
    { DBInstanceIdentifier: 'nailbook-production' },
  ],
  ['second/network', 'Vpc8378EB38', 'AWS::EC2::VPC', { CidrBlock: '10.31.0.0/16' }],
  ['second/data', 'Key961B73FD', 'AWS::KMS::Key', {}],
  ['second/storage', 'Backups9A29A52D', 'AWS::S3::Bucket', BUCKET('backups', 'us-west-2')],
  ['second/storage', 'BackupsKeyD4DFD2DB', 'AWS::KMS::Key', {}],
  ['second/alerts', 'Incidents169D50D8', 'AWS::DynamoDB::Table', { TableName: 'nailbook-production-incidents' }],
  ['second/images', 'ApiF70053CD', 'AWS::ECR::Repository', { RepositoryName: 'nailbook/api' }],
];

/** Kept when their stack is deleted, and made again without a loss: logs, and what the cache signs in with. */
const REPLACEABLE = new Set(['Logs6819BB44', 'CacheTokenE16C3152']);

test.each(FROZEN)('%s %s is not replaced', (stack, id, type, properties) => {
  const resource = stackOf(stacks, stack).resources[id];
  expect(resource?.Type).toBe(type);
  for (const [name, value] of Object.entries(properties))
    expect([name, resource?.Properties?.[name]]).toEqual([name, value]);
});

test('Nothing that holds data is missing here', () => {
  const types = new Set(FROZEN.map(([, , type]) => type));
  const holding = [...stacks].flatMap(([stack, { resources }]) =>
    Object.entries(resources)
      .filter(
        ([id, { Type, DeletionPolicy }]) => types.has(Type) && DeletionPolicy !== 'Delete' && !REPLACEABLE.has(id),
      )
      .map(([id]) => `${stack} ${id}`),
  );
  const frozen = new Set(FROZEN.map(([stack, id]) => `${stack} ${id}`));
  expect(holding.filter((resource) => !frozen.has(resource))).toEqual([]);
});
