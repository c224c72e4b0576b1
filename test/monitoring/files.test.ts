import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { METRICS_PATH } from '../../app/contract/api';
import { METRICS } from '../../app/contract/metrics';
import { SERVICE_LEVELS, type ServiceLevel } from '../../app/contract/service-levels';
import { monitoringFiles } from '../../bin/monitoring';
import { DASHBOARDS } from '../../bin/monitoring/dashboards';
import { prometheusRules } from '../../bin/monitoring/rules';
import { createTestApi } from '../support/api';

const FOLDER = join(__dirname, '../../monitoring');
const files = monitoringFiles();

test.each([...files.keys()])('%s is as the service levels have it; else: npm run monitoring', (path) => {
  expect(readFileSync(join(FOLDER, path), 'utf8')).toBe(files.get(path));
});

test('no dashboard is left over', () => {
  const written = readdirSync(join(FOLDER, 'grafana/dashboards')).map((name) => `grafana/dashboards/${name}`);
  expect(written.sort()).toEqual([...files.keys()].filter((path) => path.includes('dashboards/')).sort());
});

test('the first dashboard begins with booking success, P95 latency and overlap errors, with the limits of their levels', () => {
  const [first] = DASHBOARDS;
  expect(first?.panels.slice(0, 3).map(({ title, threshold }) => [title, threshold?.value])).toEqual([
    ['Booking success rate', 0.95],
    ['P95 latency of booking', 0.5],
    ['Overlap error rate', 0.01],
  ]);
});

test('panels lie beside and below each other, never over another', () => {
  for (const [path, text] of files) {
    if (!path.endsWith('.json')) continue;
    const { panels }: { panels: { title: string; gridPos: { x: number; y: number; w: number; h: number } }[] } =
      JSON.parse(text);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([taken.get(`${x} ${y}`), title]).toEqual([undefined, title]);
          taken.set(`${x} ${y}`, title);
        }
    }
  }
});

test('an alarm says how urgent it is, in the words of both requirements, and which page to open', () => {
  const [levels] = prometheusRules().groups;
  expect(levels?.rules.find(({ alert }) => alert === 'HighBookingErrorRate')).toMatchObject({
    for: '5m',
    labels: { severity: 'critical', priority: 'P0' },
    annotations: { runbook_url: expect.stringMatching(/docs\/runbooks\{\{ end \}\}\/booking-errors\.md$/) },
  });
  expect(levels?.rules.find(({ alert }) => alert === 'HighP95Latency')?.labels).toMatchObject({ severity: 'warning' });
});

test('Alertmanager keeps a consequence to itself while its cause is active', () => {
  const config: { inhibit_rules: { target_matchers: string[]; source_matchers: string[] }[] } = parse(
    files.get('alertmanager/alertmanager.yml') ?? '',
  );
  const levels: readonly ServiceLevel[] = SERVICE_LEVELS;
  const explained = levels.filter(({ explainedBy }) => explainedBy);
  expect(config.inhibit_rules).toHaveLength(explained.length);
  expect(config.inhibit_rules[0]).toEqual({
    source_matchers: ['alertname =~ "DatabaseUnreachable|DatabaseConnectionPoolExhausted|OverlapGuardMissing"'],
    target_matchers: ['alertname = "HighBookingErrorRate"'],
  });
});

test('the API shows every metric that rules and dashboards ask for', async () => {
  const alerts = {
    role: 'never' as const,
    levels: SERVICE_LEVELS,
    webhookUrl: null,
    slackWebhookUrl: null,
    environment: 'test',
    runbooksUrl: null,
    dashboardUrl: null,
  };
  const api = await createTestApi({}, { alerts });
  const { body } = await api.server.inject({ url: METRICS_PATH });
  await api.close();
  const shown = new Set([...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name ?? ''));
  expect(Object.values(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  const asked = new Set([...files.values()].flatMap((text) => text.match(/\b(process_\w+|nodejs_\w+)\b/g) ?? []));
  expect([...asked].filter((name) => !shown.has(name))).toEqual([]);
});
