import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RETENTION_DAYS } from '../../../app/contract/retention';
import { environment } from '../../../lib/config/environments';
import { QUERIES } from '../../../lib/monitoring/queries';
import { resourcesOf, synthesise, type SynthesisedStack } from '../../support/platform';

const ROOT = join(__dirname, '../../..');

interface Widget {
  type: string;
  x: number;
  width: number;
  properties: { title?: string; metrics?: unknown[]; query?: string; alarms?: unknown[]; markdown?: string };
}

let stacks: Map<string, SynthesisedStack>;
let dashboards: Map<string, Widget[]>;
beforeAll(async () => {
  stacks = await synthesise(environment('staging'));
  dashboards = new Map(
    resourcesOf(stacks, 'AWS::CloudWatch::Dashboard').map(({ properties }) => [
      String(properties['DashboardName']),
      JSON.parse(bodyOf(properties['DashboardBody'])).widgets,
    ]),
  );
});

/** With what CloudFormation would fill in as a word. */
function bodyOf(body: unknown): string {
  if (typeof body === 'string') return body;
  const parts = (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : 'known-later')).join('');
}

const first = () => dashboards.get('nailbook-staging') ?? [];

test('There is one to look at first, and one for each part, which the first one leads to', () => {
  const parts = [...dashboards.keys()].filter((name) => name !== 'nailbook-staging');
  expect(parts.map((name) => name.replace('nailbook-staging-', '')).sort()).toEqual(
    ['api', 'cache', 'database', 'edge', 'messages', 'tasks'].sort(),
  );
  const introduction = first().find(({ type }) => type === 'text')?.properties.markdown;
  for (const name of parts) expect(introduction).toContain(`#dashboards/dashboard/${name})`);
  expect(introduction).toContain('docs/runbooks/README.md');
});

test.each([
  ['CPU of the tasks', 'CPUUtilization', 'AWS/ECS'],
  ['memory of the tasks', 'MemoryUtilization', 'AWS/ECS'],
  ['connections to the database', 'DatabaseConnections', 'AWS/RDS'],
  ['CPU of the database', 'CPUUtilization', 'AWS/RDS'],
  ['memory of the database', 'FreeableMemory', 'AWS/RDS'],
  ['requests of the load balancer', 'RequestCount', 'AWS/ApplicationELB'],
  ['latency of the load balancer', 'TargetResponseTime', 'AWS/ApplicationELB'],
  ['the cache', 'EngineCPUUtilization', 'AWS/ElastiCache'],
  ['bookings', 'bookings', 'Nailbook/Api'],
])('The first dashboard shows the %s', (_, metricName, namespace) => {
  const shown = JSON.stringify(first().map(({ properties }) => properties.metrics));
  expect(shown).toContain(`"${namespace}","${metricName}"`);
});

test('The first dashboard shows error lines by 5 minutes, and the alarms that people are told of', () => {
  expect(first().find(({ type }) => type === 'log')?.properties.query).toContain(
    'SOURCE \'/nailbook/staging/api\' | filter level = "error"\n| stats count(*) as lines by bin(5m)',
  );
  const alarms = first().find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
  expect(alarms.length).toBeGreaterThan(25);
});

test('No panel stands beyond the right edge, and every panel of metrics has some', () => {
  for (const widgets of dashboards.values()) {
    expect(widgets.filter(({ x, width }) => x + width > 24)).toEqual([]);
    expect(widgets.filter(({ type, properties }) => type === 'metric' && !properties.metrics?.length)).toEqual([]);
  }
});

test('Saved queries stand in a folder of their environment, on log groups that are there', () => {
  const saved = resourcesOf(stacks, 'AWS::Logs::QueryDefinition');
  expect(saved.map(({ properties }) => String(properties['Name'])).sort()).toEqual(
    Object.keys(QUERIES)
      .map((name) => `nailbook-staging/${name}`)
      .sort(),
  );
  const groups = resourcesOf(stacks, 'AWS::Logs::LogGroup').map(({ properties }) => properties['LogGroupName']);
  for (const { properties } of saved) expect(groups).toEqual(expect.arrayContaining(properties['LogGroupNames'] as []));
});

test('What somebody changed is kept longer than the logs', () => {
  expect(environment('production').logDays).toBe(90);
  expect(RETENTION_DAYS.auditLog).toBeGreaterThan(90);
});

test('Queries look for lines that the API writes', () => {
  const asked = Object.values(QUERIES).flatMap(({ lines }) =>
    lines.flatMap((line) => [...line.matchAll(/message = "([^"]+)"/g)].map(([, message = '']) => message)),
  );
  const source = readdirSync(join(ROOT, 'app'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, 'app', file), 'utf8'))
    .join('\n');
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((message) => !source.includes(`'${message}'`))).toEqual([]);
});

test('Runbooks name queries that are saved', () => {
  const folder = join(ROOT, 'docs/runbooks');
  const named = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/saved quer(?:y|ies) ("[^.:]*")/g)].flatMap(
      ([, names = '']) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    ),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !Object.hasOwn(QUERIES, name))).toEqual([]);
});
