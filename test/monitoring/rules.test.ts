import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ERROR_BUDGET_BURN } from '../../app/contract/objectives';
import { SERVICE_LEVELS } from '../../app/contract/service-levels';
import { MEASURED_BY_AWS_ALONE } from '../../app/contract/signals';
import { DASHBOARDS } from '../../bin/monitoring/dashboards';
import { describeWithPromtool, promtool } from '../support/promtool';
import { SCENARIOS, type Scenario } from './scenarios';

const RULES = join(__dirname, '../../monitoring/prometheus/rules/service-levels.yml');
const { groups: GROUPS }: { groups: { rules: { alert?: string }[] }[] } = parse(readFileSync(RULES, 'utf8'));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nailbook-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What Prometheus itself says of a scenario: nothing when the alarm is active, or silent, as expected. */
function judge(alarm: string, { series, at, sampleSeconds = 15 }: Scenario, isActive: boolean): string {
  const file = join(folder, 'test.yml');
  const rules = join(folder, 'rules.yml');
  // Only the group of the alarm, looked at as often as there are samples: a day passes in a second.
  const group = GROUPS.find((one) => one.rules.some(({ alert }) => alert === alarm));
  const interval = `${sampleSeconds}s`;
  writeFileSync(rules, stringify({ groups: [{ ...group, interval }] }));
  writeFileSync(
    file,
    stringify({
      rule_files: [rules],
      evaluation_interval: interval,
      tests: [
        {
          interval,
          input_series: series,
          promql_expr_test: [
            {
              expr: `count(ALERTS{alertname="${alarm}", alertstate="firing"})`,
              eval_time: `${at * 60}s`,
              exp_samples: isActive ? [{ labels: '{}', value: 1 }] : [],
            },
          ],
        },
      ],
    }),
  );
  return promtool('test', 'rules', file);
}

const cases = (kind: 'fires' | 'silent') =>
  Object.entries(SCENARIOS).flatMap(([alarm, scenarios]) => scenarios[kind].map((scenario) => ({ alarm, scenario })));

test('every alarm that Prometheus judges has a scenario in which it fires and one in which it does not', () => {
  const levels = SERVICE_LEVELS.filter(({ signal }) => !MEASURED_BY_AWS_ALONE.includes(signal)).map(({ name }) => name);
  expect(Object.keys(SCENARIOS).sort()).toEqual([...levels, ...ERROR_BUDGET_BURN.map(({ name }) => name)].sort());
  for (const scenarios of Object.values(SCENARIOS))
    expect([scenarios.fires.length > 0, scenarios.silent.length > 0]).toEqual([true, true]);
});

describeWithPromtool('Prometheus', () => {
  test('understands the rules', () => {
    expect(promtool('check', 'rules', RULES)).toBe('');
  });

  test.each(cases('fires'))('raises $alarm: $scenario.name', ({ alarm, scenario }) => {
    expect(judge(alarm, scenario, true)).toBe('');
  });

  test.each(cases('silent'))('keeps $alarm silent: $scenario.name', ({ alarm, scenario }) => {
    expect(judge(alarm, scenario, false)).toBe('');
  });

  test('understands what the dashboards ask', () => {
    const rules = DASHBOARDS.flatMap(({ uid, panels }) =>
      panels.flatMap(({ queries = [] }, panel) =>
        queries.map(({ expr }, query) => ({ record: `${uid.replace('-', '_')}:panel${panel}:query${query}`, expr })),
      ),
    );
    const file = join(folder, 'dashboards.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'dashboards', rules }] }));
    expect(rules.length).toBeGreaterThan(40);
    expect(promtool('check', 'rules', file)).toBe('');
  });
});
