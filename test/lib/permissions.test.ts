/** Every call of AWS that a program makes is allowed to its role: a right that is missing would show only on AWS, and for most programs at night. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { environment } from '../../lib/config/environments';
import { resourceOf, resourcesOf, synthesise, type SynthesisedStack } from '../support/platform';

const ROOT = join(__dirname, '../..');

/** The packages of the SDK whose name is not the service's in IAM. */
const SERVICES: Record<string, string> = {
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'secrets-manager': 'secretsmanager',
  sesv2: 'ses',
};

/** The right to a call where it has another name; S3 has rights to things, not to calls. */
const RIGHTS: Record<string, string> = {
  's3:AbortMultipartUpload': 's3:AbortMultipartUpload',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CopyObject': 's3:PutObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:UploadPartCopy': 's3:PutObject',
};

/** Rights that AWS asks for besides the one to the call, as the programs make it. */
const BESIDES: Record<string, string[]> = {
  'ecs:DescribeTaskDefinition': ['ecs:ListTagsForResource'], // with its tags
  'ecs:RunTask': ['iam:PassRole'], // in a role
  'rds:CreateDBSnapshot': ['rds:AddTagsToResource'], // of a database that hands its tags on
  // With tags, and encrypted by a key of ours.
  'rds:RestoreDBInstanceFromDBSnapshot': ['rds:AddTagsToResource', 'kms:CreateGrant', 'kms:DescribeKey'],
  'rds:RestoreDBInstanceToPointInTime': ['rds:AddTagsToResource', 'kms:CreateGrant', 'kms:DescribeKey'],
};

/** Calls in what a program imports that it does not make; it has no right to them either. */
const NOT_MADE: Record<string, string[]> = {
  'alerts/send': ['dynamodb:Query'],
  'maintenance/container': ['s3:DeleteObject', 's3:ListBucket'],
  'maintenance/expire-backups': [
    'elasticache:CreateSnapshot',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:PutObject',
  ],
};

/** Where each program begins, by its name. */
function programs(): Map<string, string> {
  const found = new Map([
    ['app/main', 'app/main.ts'],
    ['app/migrate', 'app/migrate.ts'],
  ]);
  for (const path of readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })) {
    if (/^[^/]+\/[^/]+\/(handler|main)\.ts$/.test(path)) found.set(dirname(path), join('lambda', path));
  }
  return found;
}

/** The files of this repository that a program is made of: it and all that it imports for more than a type. */
function filesOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = readFileSync(join(ROOT, path), 'utf8');
  for (const [, isType, from = ''] of text.matchAll(/^(?:import|export)(?: (type))? [^;]*?from '(\.[^']+)';/gm)) {
    const target = relative(ROOT, join(ROOT, dirname(path), from));
    if (isType) continue;
    for (const file of [`${target}.ts`, `${target}/index.ts`]) if (existsSync(join(ROOT, file))) filesOf(file, seen);
  }
  return seen;
}

function rightsFor(path: string): Set<string> {
  const rights = new Set<string>();
  for (const file of filesOf(path)) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, names = '', client = ''] of text.matchAll(/^import \{([^}]*)\} from '@aws-sdk\/client-([^']+)';/gm)) {
      for (const name of names.split(',').map((each) => each.trim())) {
        const [, call] = /^(?:paginate)?([A-Z]\w+?)(?:Command)?$/.exec(name) ?? [];
        if (call === undefined || !/^paginate|Command$/.test(name)) continue;
        const action = `${SERVICES[client] ?? client}:${call}`;
        rights.add(RIGHTS[action] ?? action);
        for (const other of BESIDES[action] ?? []) rights.add(other);
      }
    }
    if (text.includes("from '@aws-sdk/lib-storage'")) rights.add('s3:PutObject').add('s3:AbortMultipartUpload');
  }
  return rights;
}

/** The role that a program runs as, as its stack names it. */
function roleOf(stacks: Map<string, SynthesisedStack>, program: string): { stack: string; role: string } {
  const family = { 'app/main': 'nailbook-production-api', 'maintenance/container': 'nailbook-production-maintenance' }[
    program
  ];
  if (program === 'app/migrate') {
    const { stack, id } = resourceOf(stacks, 'AWS::IAM::Role', 'service/MigrationRole');
    return { stack, role: id };
  }
  const [type, property, name, role] =
    family === undefined
      ? ['AWS::Lambda::Function', 'FunctionName', `nailbook-production-${program.replace('/', '-')}`, 'Role']
      : ['AWS::ECS::TaskDefinition', 'Family', family, 'TaskRoleArn'];
  const found = resourcesOf(stacks, type).find(({ properties }) => properties[property] === name);
  const { 'Fn::GetAtt': [id = ''] = [] } = (found?.properties[role] ?? {}) as { 'Fn::GetAtt'?: string[] };
  return { stack: found?.stack ?? '', role: id };
}

/** What the policies of the program's role allow; none when it runs nowhere. */
function allowed(stacks: Map<string, SynthesisedStack>, program: string): Set<string> {
  const { stack, role } = roleOf(stacks, program);
  const policies = resourcesOf(stacks, 'AWS::IAM::Policy').filter(
    (policy) =>
      policy.stack === stack && JSON.stringify(policy.properties['Roles']) === JSON.stringify([{ Ref: role }]),
  );
  const statements = policies.flatMap(
    ({ properties }) => (properties['PolicyDocument'] as { Statement: { Action: string | string[] }[] }).Statement,
  );
  return new Set(statements.flatMap(({ Action }) => Action));
}

/** A program has the calls for both engines, and the rights to those of the one that runs; maintenance-stack.test.ts has Aurora's. */
const FOR_AURORA = /^rds:(CreateDBInstance|\w*DBCluster\w*)$/;

let stacks: Map<string, SynthesisedStack>;
beforeAll(async () => {
  stacks = await synthesise(environment('production'));
});

test.each([...programs()])('%s may make every call that it makes', (program, path) => {
  const needed = [...rightsFor(path)].filter((right) => !FOR_AURORA.test(right));
  const notMade = NOT_MADE[program] ?? [];
  const rights = allowed(stacks, program);
  expect(needed.filter((right) => !rights.has(right) && !notMade.includes(right))).toEqual([]);
  expect(notMade.filter((right) => !needed.includes(right) || rights.has(right))).toEqual([]);
});

test('What a program calls is read from its source and all that it imports', () => {
  expect(rightsFor('lambda/maintenance/snapshot-cache/handler.ts')).toEqual(
    new Set(['elasticache:CreateSnapshot', 'elasticache:DescribeSnapshots']),
  );
});
