import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ERROR_BUDGET_BURN } from '../../app/contract/objectives';
import { SERVICE_LEVELS } from '../../app/contract/service-levels';
import { MEASURED_BY_AWS_ALONE } from '../../app/contract/signals';
import { DASHBOARDS } from '../../bin/monitoring/dashboards';
import { describeWithPromtool, promtool, testRules } from '../support/promtool';
import { SCENARIOS, type Scenario } from './scenarios';

const FILE = join(__dirname, '../../monitoring/prometheus/rules/service-levels.yml');
const { groups }: { groups: { rules: { alert?: string; record?: string; expr: string }[] }[] } = parse(
  readFileSync(FILE, 'utf8'),
);
const RULES = groups.flatMap(({ rules }) => rules);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nailbook-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  alarm: string;
  scenario: Scenario;
  isActive: boolean;
}

const fileOf = ({ alarm, scenario }: Case) => join(folder, `${alarm} ${scenario.name.replaceAll('/', ' of ')}.yml`);

/** Writes what Prometheus is to find: the alarm active, or silent. */
function writeTest({ alarm, scenario: { series, at, sampleSeconds = 15 }, isActive }: Case, file: string): void {
  const rules = file.replace(/yml$/, 'rules.yml');
  // Only the alarm and the records that it reads, looked at as often as there are samples: a day passes in a moment.
  const asked = RULES.find(({ alert }) => alert === alarm);
  const read = RULES.filter(({ record }) => record !== undefined && asked?.expr.includes(`${record} `));
  const interval = `${sampleSeconds}s`;
  writeFileSync(rules, stringify({ groups: [{ name: alarm, interval, rules: [...read, asked] }] }));
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
}

const cases = (kind: 'fires' | 'silent'): Case[] =>
  Object.entries(SCENARIOS).flatMap(([alarm, scenarios]) =>
    scenarios[kind].map((scenario) => ({ alarm, scenario, isActive: kind === 'fires' })),
  );

test('every alarm that Prometheus judges has a scenario in which it fires and one in which it does not', () => {
  const levels = SERVICE_LEVELS.filter(({ signal }) => !MEASURED_BY_AWS_ALONE.includes(signal)).map(({ name }) => name);
  expect(Object.keys(SCENARIOS).sort()).toEqual([...levels, ...ERROR_BUDGET_BURN.map(({ name }) => name)].sort());
  for (const scenarios of Object.values(SCENARIOS))
    expect([scenarios.fires.length > 0, scenarios.silent.length > 0]).toEqual([true, true]);
});

describeWithPromtool('Prometheus', () => {
  test('understands the rules', () => {
    expect(promtool('check', 'rules', FILE)).toBe('');
  });

  describe('asked of all scenarios at once', () => {
    /** Its word on each, by file: `SUCCESS`, or what it misses. */
    let verdicts: Map<string, string>;
    beforeAll(() => {
      const all = [...cases('fires'), ...cases('silent')];
      for (const one of all) writeTest(one, fileOf(one));
      verdicts = testRules(all.map(fileOf));
    });

    test.each(cases('fires'))('raises $alarm: $scenario.name', (one) => {
      expect(verdicts.get(fileOf(one))).toBe('SUCCESS');
    });

    test.each(cases('silent'))('keeps $alarm silent: $scenario.name', (one) => {
      expect(verdicts.get(fileOf(one))).toBe('SUCCESS');
    });
  });

  test('would say so of an alarm that is not as expected', () => {
    const [one] = cases('fires');
    if (!one) throw new Error('there is no scenario');
    const file = join(folder, 'contrary.yml');
    writeTest({ ...one, isActive: false }, file);
    expect(testRules([file]).get(file)).toMatch(/^FAILED/);
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
