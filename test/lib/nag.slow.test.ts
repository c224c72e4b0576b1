/** The rules of AWS Solutions (cdk-nag): no finding is open, in any environment, and each one set aside has its reason beside it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, Validations, type App } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { askMainProcess } from '../support/main-process';
import { environment } from '../../lib/config/environments';
import { production } from '../../lib/config/production';
import { parseEnvironment } from '../../lib/config/schema';
import { addPlatform } from '../../lib/platform';
import { newApp } from '../support/platform';

/** The rules and the resources that break them, warnings included. */
function findings(build: (app: App) => void): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'nailbook-nag-'));
  const report = join(outdir, 'validation-report.json');
  const { exitCode } = process;
  try {
    const app = newApp(outdir);
    build(app);
    Validations.of(app).addPlugins(new AwsSolutionsChecks());
    try {
      app.synth();
    } catch (error) {
      // It throws because of findings, which the report holds, or because of something else.
      if (!existsSync(report)) throw error;
    }
    const { pluginReports } = JSON.parse(readFileSync(report, 'utf8')) as {
      pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
    };
    return pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
      ),
    );
  } finally {
    process.exitCode = exitCode;
    rmSync(outdir, { recursive: true });
  }
}

const { recovery } = production;

beforeAll(() => askMainProcess('lambdas'));

test.each([
  ['dev', environment('dev')],
  ['staging', environment('staging')],
  ['production', environment('production')],
  [
    'production on Aurora',
    parseEnvironment({ ...production, database: { ...production.database, engine: 'aurora-postgresql' } }),
  ],
  [
    'production in two active regions',
    parseEnvironment({
      ...production,
      recovery: { ...recovery, secondRegion: { ...recovery?.secondRegion, role: 'active', weightPercent: 20 } },
    }),
  ],
])('%s has no open finding', (_, config) => {
  expect(findings((app) => addPlatform(app, { config, version: '1.2.3' }))).toEqual([]);
});

test('A finding would be seen here', () => {
  expect(findings((app) => void new Topic(new Stack(app, 'stack'), 'Topic'))).toEqual([
    'AwsSolutions-SNS3 stack/Topic/Resource',
  ]);
});
