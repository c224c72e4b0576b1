/** What brings alarms to people, and the host of Prometheus and Grafana, as staging has them. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { alarmTopicName, WATCH_LEVELS } from '../../../app/contract/alert-routing';
import { METRICS_PATH } from '../../../app/contract/api';
import { SEVERITIES } from '../../../app/contract/service-levels';
import { environment } from '../../../lib/config/environments';
import { RELEASES } from '../../../lib/monitoring/metrics-host';
import { resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';
import { describeWithPromtool, promtool } from '../../support/promtool';

const ROOT = join(__dirname, '../../..');
const HOST = join(ROOT, 'monitoring/host');

let stacks: Map<string, SynthesisedStack>;
beforeAll(async () => {
  stacks = await synthesise(environment('staging'));
});

/** The properties of the resources of a type in one stack, by their ids. */
function inStack(stack: string, type: string): Map<string, Record<string, unknown>> {
  return new Map(
    Object.entries(stackOf(stacks, stack).resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, Properties ?? {}]),
  );
}

/** The one of them whose id begins so. */
function one(stack: string, type: string, beginning = ''): Record<string, unknown> {
  const found = [...inStack(stack, type)].filter(([id]) => id.startsWith(beginning));
  const [first] = found;
  if (!first || found.length > 1)
    throw new Error(`${found.length} of type ${type} begin with "${beginning}" in ${stack}`);
  return first[1];
}

describe('The way of an alarm', () => {
  test('begins at every topic, also those of us-east-1', () => {
    const topics = [...inStack('alerts', 'AWS::SNS::Subscription').values()].filter(
      ({ Protocol }) => Protocol === 'sqs',
    );
    const names = resourcesOf(stacks, 'AWS::SNS::Topic').map(({ properties }) => properties['TopicName']);
    for (const severity of SEVERITIES) expect(names).toContain(alarmTopicName('staging', severity));
    expect(topics.map(({ Region }) => Region ?? 'here')).toEqual([
      ...Array(4).fill('here'),
      ...Array(4).fill('us-east-1'),
    ]);
  });

  test('begins in a second region at the topics there, and at the one that says that nobody is reached', async () => {
    const production = await synthesise(environment('production'));
    const { resources } = stackOf(production, 'second/alerts');
    const topics = Object.values(resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::SNS::Subscription' && Properties?.['Protocol'] === 'sqs'
        ? [JSON.stringify(Properties['TopicArn'])]
        : [],
    );
    expect(topics).toHaveLength(5);
    expect(topics.filter((arn) => arn.includes('us-east-1'))).toEqual([expect.stringContaining('alarms-global-p0')]);
  });

  test('is two queues that keep a message for two weeks, and two for what a person must look at', () => {
    const queues = [...inStack('alerts', 'AWS::SQS::Queue').values()];
    expect(queues).toHaveLength(4);
    for (const queue of queues)
      expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
    const tries = queues.flatMap(({ RedrivePolicy }) => (RedrivePolicy ? [RedrivePolicy] : []));
    expect(tries).toMatchObject([{ maxReceiveCount: 200 }, { maxReceiveCount: 300 }]);
  });

  test('has one receiver wait for itself alone: what is to be sent is in order for each, and one at a time', () => {
    const posts = [...inStack('alerts', 'AWS::SQS::Queue').values()].find(
      ({ QueueName }) => QueueName === 'nailbook-staging-alerts-posts.fifo',
    );
    expect(posts).toMatchObject({ FifoQueue: true });
    expect(one('alerts', 'AWS::Lambda::EventSourceMapping', 'Send')).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('is looked over every minute', () => {
    expect(one('alerts', 'AWS::Events::Rule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
    });
  });

  test.each([
    ['Route', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'sqs:SendMessage']],
    [
      'Send',
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'ses:SendEmail',
        'sqs:SendMessage',
      ],
    ],
  ])('%s may do what it does and nothing more', (program, expected) => {
    const { PolicyDocument } = one('alerts', 'AWS::IAM::Policy', `${program}Service`);
    const { Statement } = PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] };
    const receiving = 'sqs:ReceiveMessage';
    const own = Statement.filter(({ Action }) => !Action.includes(receiving)).flatMap(({ Action }) => Action);
    expect(own.toSorted()).toEqual(expected);
    expect(Statement.filter(({ Resource }) => Resource === '*')).toEqual([]);
    expect(Statement.filter(({ Action }) => Action.includes(receiving))).toHaveLength(1);
  });

  test('sends e-mail from one address only', () => {
    expect(JSON.stringify(one('alerts', 'AWS::IAM::Policy', 'SendService'))).toContain(
      '{"ses:FromAddress":"alerts@staging.nailbook.example"}',
    );
    expect(one('alerts', 'AWS::Lambda::Function', 'Send')).toMatchObject({
      Environment: { Variables: { ALERT_SENDER: 'alerts@staging.nailbook.example' } },
    });
  });

  test('starts with receivers that nobody has named; what a person writes there is never overwritten by a deployment', () => {
    expect(one('alerts', 'AWS::SecretsManager::Secret')).toMatchObject({
      Name: 'nailbook/staging/alerts',
      SecretString: '{}',
    });
  });

  test('is watched: each of its alarms is told like every other, and by e-mail past it', () => {
    const alarms = [...inStack('alerts', 'AWS::CloudWatch::Alarm').values()];
    const names = WATCH_LEVELS.filter(({ runbook }) => runbook === 'alert-routing').map(
      ({ name }) => `nailbook-staging-${name}`,
    );
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual(names);
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect(JSON.stringify(AlarmActions)).toMatch(/OutputRefP1.*"Ref":"Fallback/);
      expect(OKActions).toEqual(AlarmActions);
      expect(AlarmDescription).toContain('docs/runbooks/alert-routing.md');
    }
    const mail = [...inStack('alerts', 'AWS::SNS::Subscription').values()].filter(
      ({ Protocol }) => Protocol === 'email',
    );
    expect(mail).toMatchObject([{ Endpoint: 'on-call@nailbook.example' }]);
  });

  test.each([
    ['route', 450_000],
    ['send', 520_000],
  ])('the program %s weighs at most %i bytes: each 100 kB cost about 8 ms of its start', (program, budget) => {
    // Measured: 381 and 450 kB.
    expect(statSync(join(ROOT, `dist/lambda/alerts/${program}/index.js`)).size).toBeLessThan(budget);
  });
});

describe('The host of Prometheus and Grafana', () => {
  const userData = () => JSON.stringify(one('metrics', 'AWS::EC2::LaunchTemplate'));

  test('is one t3.medium in a private subnet, made again by itself, the old one first', () => {
    const { LaunchTemplateData } = one('metrics', 'AWS::EC2::LaunchTemplate');
    expect(LaunchTemplateData).toMatchObject({
      InstanceType: 't3.medium',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    });
    expect(LaunchTemplateData).not.toHaveProperty('KeyName');
    expect(one('metrics', 'AWS::AutoScaling::AutoScalingGroup')).toMatchObject({
      MinSize: '1',
      MaxSize: '1',
      HealthCheckType: 'ELB',
    });
    expect(JSON.stringify(one('metrics', 'AWS::AutoScaling::AutoScalingGroup')['VPCZoneIdentifier'])).toContain(
      'privateSubnet1',
    );
    const [, group] =
      Object.entries(stackOf(stacks, 'metrics').resources).find(([id]) => id.startsWith('HostGroup')) ?? [];
    expect(group).toMatchObject({
      UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 0, MaxBatchSize: 1 } },
    });
  });

  test('has its data on an encrypted volume of its own in the same zone, which it attaches itself', () => {
    expect(one('metrics', 'AWS::EC2::Volume')).toMatchObject({
      Encrypted: true,
      Size: 20,
      VolumeType: 'gp3',
      AvailabilityZone: 'ap-northeast-1a',
    });
    expect(userData()).toMatch(/export DATA_VOLUME=",\{"Ref":"HostData/);
    expect(userData()).toContain('export RETENTION_DAYS=30\\nexport RETENTION_GB=16\\n');
  });

  test("installs exactly the releases that are pinned by checksum, the same as on a developer's machine", () => {
    for (const [program, { version, sha256 }] of Object.entries(RELEASES)) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      const name = program.toUpperCase();
      expect(userData()).toContain(`export ${name}_VERSION=${version}\\nexport ${name}_SHA256=${sha256}`);
      expect(readFileSync(join(HOST, 'install.sh'), 'utf8')).toMatch(
        new RegExp(`${program}-\\$${name}_VERSION.linux-amd64.tar.gz"[\\s\\\\]+"\\$${name}_SHA256"`),
      );
    }
    const { services }: { services: Record<string, { image: string }> } = parse(
      readFileSync(join(ROOT, 'monitoring/compose.yaml'), 'utf8'),
    );
    expect(services['prometheus']?.image).toBe(`prom/prometheus:v${RELEASES.prometheus.version}`);
    expect(services['grafana']?.image).toBe(`grafana/grafana:${RELEASES.grafana.version}`);
  });

  test('fetches the files of this folder, and each that they name is there', () => {
    expect(userData()).toMatch(/aws s3 cp --no-progress s3:\/\/cdk-\S+\.zip/);
    expect(userData()).toContain('bash /opt/nailbook/host/install.sh');
    const texts = readdirSync(HOST).map((file) => readFileSync(join(HOST, file), 'utf8'));
    const named = texts.flatMap((text) =>
      [...text.matchAll(/\/opt\/nailbook\/([\w./-]+\w)/g)].map(([, path = '']) => path),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(ROOT, 'monitoring', path)))).toEqual([]);
  });

  test.each(['install.sh', 'discover-tasks.sh'])('%s is a script that bash can read', (script) => {
    expect(spawnSync('bash', ['-n', join(HOST, script)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('is reached through the load balancer only, by those who have signed in with a second factor', () => {
    expect(one('metrics', 'AWS::ElasticLoadBalancingV2::ListenerRule')).toMatchObject({
      Priority: 50,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['metrics.staging.nailbook.example'] } }],
      Actions: [
        { Type: 'authenticate-cognito', Order: 1 },
        { Type: 'forward', Order: 2 },
      ],
    });
    expect(one('metrics', 'AWS::Cognito::UserPool')).toMatchObject({
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    const ways = [...inStack('metrics', 'AWS::EC2::SecurityGroupIngress').values()];
    expect(
      ways.map(({ FromPort, SourceSecurityGroupId }) => [FromPort, JSON.stringify(SourceSecurityGroupId)]),
    ).toEqual([
      [8000, expect.stringContaining('HostSecurityGroup')],
      [3000, expect.stringContaining('load-balancer')],
    ]);
  });

  test("leaves the API's metrics closed to the internet, on its own name too", () => {
    const closed = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::ListenerRule').filter(({ properties }) =>
      JSON.stringify(properties['Conditions']).includes(`"${METRICS_PATH}"`),
    );
    expect(closed).toHaveLength(2); // of both listeners
    for (const { properties } of closed) {
      expect(properties['Priority']).toBeLessThan(50);
      expect(properties['Conditions']).toHaveLength(1);
    }
  });

  test('may attach its volume, list its tasks and read its files, and is entered by Session Manager only', () => {
    const { PolicyDocument } = one('metrics', 'AWS::IAM::Policy');
    const { Statement } = PolicyDocument as { Statement: { Action: string | string[] }[] };
    expect(Statement.flatMap(({ Action }) => Action)).toEqual([
      's3:GetObject',
      'ec2:AttachVolume',
      'ec2:AttachVolume',
      'ecs:ListTasks',
      'ecs:DescribeTasks',
    ]);
  });

  test('is not in dev, which has basic monitoring', () => {
    expect(environment('dev').metricsHost).toBeUndefined();
  });
});

describeWithPromtool('Prometheus of the host', () => {
  test('takes its configuration, with the rules that are made from the service levels', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nailbook-promtool-'));
    const rules = join(ROOT, 'monitoring/prometheus/rules/service-levels.yml');
    const config = readFileSync(join(HOST, 'prometheus.yml'), 'utf8').replace(
      '/opt/nailbook/prometheus/rules/*.yml',
      rules,
    );
    writeFileSync(join(folder, 'prometheus.yml'), config);
    expect(config).toContain(rules);
    expect(promtool('check', 'config', join(folder, 'prometheus.yml'))).toBe('');
    rmSync(folder, { recursive: true });
  });
});

describe('The search for tasks', () => {
  test('asks for a hundred at a time, and forgets files that are no longer needed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nailbook-tasks-'));
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'aws'),
      `#!/bin/bash
if [ "$2" = list-tasks ]; then for ((n = 0; n < 150; n++)); do printf 'arn:task/%s\\t' "$n"; done
else echo "[\\"$(printf '%s\\n' "$@" | grep -c '^arn:')\\"]"; fi
`,
    );
    chmodSync(join(bin, 'aws'), 0o755);
    writeFileSync(join(folder, 'tasks-200.json'), '[]');
    const { status, stderr } = spawnSync('bash', [join(HOST, 'discover-tasks.sh')], {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, TASKS_FOLDER: folder, ECS_CLUSTER: 'nailbook-staging' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const written = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(written.map((file) => [file, readFileSync(join(folder, file), 'utf8').trim()])).toEqual([
      ['tasks-0.json', '["100"]'],
      ['tasks-100.json', '["50"]'],
    ]);
    rmSync(folder, { recursive: true });
  });
});
