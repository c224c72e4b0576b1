import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIAGNOSES } from '../../lambda/maintenance/diagnose/diagnose';
import { WATCH_LEVELS } from '../../app/contract/alert-routing';
import { MAINTENANCE_ALARMS } from '../../app/contract/maintenance';
import { ERROR_BUDGET_BURN, ERROR_BUDGET_RUNBOOK } from '../../app/contract/objectives';
import { PLATFORM_LEVELS } from '../../app/contract/platform-levels';
import { ROLLBACK_TRIGGERS } from '../../app/contract/release-levels';
import { SERVICE_LEVELS } from '../../app/contract/service-levels';
import { DATABASE_TASKS } from '../../lambda/maintenance/database/tasks';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { nailbook } from '../support/nailbook';

const FOLDER = join(__dirname, '../../docs/runbooks');

/** Every alarm that is made from the service levels and the maintenance tasks, with its page. */
const ALARMS = [
  ...SERVICE_LEVELS.map(({ name, severity, runbook }) => ({ name, severity, runbook })),
  ...ROLLBACK_TRIGGERS.map(({ name, severity, runbook }) => ({ name, severity, runbook })),
  ...MAINTENANCE_ALARMS,
  ...PLATFORM_LEVELS.map(({ name, severity, runbook }) => ({ name, severity, runbook })),
  ...WATCH_LEVELS.map(({ name, severity, runbook }) => ({ name, severity, runbook })),
  ...ERROR_BUDGET_BURN.map(({ name, severity }) => ({ name, severity, runbook: ERROR_BUDGET_RUNBOOK })),
];

/** Whether a command can look here, at a database of a test, as well as in the environment that the page names. */
function runsHere(line: string): boolean {
  const [, task] = /^maintenance run ([\w-]+)/.exec(line) ?? [];
  return task === undefined ? !/^(?:release|rollback|weights|alerts) /.test(line) : Object.hasOwn(DATABASE_TASKS, task);
}

const HEADINGS = ['Description', 'What users feel', 'Diagnose', 'Fix', 'Until it is over', 'Afterwards'];

const page = (name: string) => readFileSync(join(FOLDER, `${name}.md`), 'utf8');
const pages = [...new Set(ALARMS.map(({ runbook }) => runbook))].sort();

describe('Every alarm', () => {
  test.each(ALARMS)('$name has a page that names it with its severity', ({ name, severity, runbook }) => {
    expect(existsSync(join(FOLDER, `${runbook}.md`))).toBe(true);
    const line = page(runbook)
      .split('\n')
      .find((one) => /^Alarms?: /.test(one));
    expect(line).toContain(`\`${name}\``);
    expect(line).toContain(severity);
  });

  test('has a diagnosis that leads to a page with that command', () => {
    for (const [name, { runbook }] of Object.entries(DIAGNOSES))
      expect(page(runbook)).toContain(`npx nailbook diagnose ${name}`);
  });
});

describe('Every page', () => {
  test('belongs to an alarm', () => {
    const written = readdirSync(FOLDER).filter((file) => file.endsWith('.md') && file !== 'README.md');
    const unknown = written.filter((file) => {
      const [, alarms = ''] = /^Alarms?: (.*)$/m.exec(readFileSync(join(FOLDER, file), 'utf8')) ?? [];
      const names = [...alarms.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      return names.length === 0;
    });
    expect(unknown).toEqual([]);
    const named = pages.flatMap((name) =>
      [...(/^Alarms?: (.*)$/m.exec(page(name))?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, alarm]) => `${name} ${alarm}`),
    );
    expect(named.sort()).toEqual(ALARMS.map(({ name, runbook }) => `${runbook} ${name}`).sort());
  });

  test.each(pages)('%s has the same parts in the same order', (name) => {
    expect([...page(name).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
  });

  test.each(pages)('%s leads only to files that are there', (name) => {
    for (const [, target = ''] of page(name).matchAll(/\]\(([^)#]+)/g))
      expect([target, existsSync(join(FOLDER, target))]).toEqual([target, true]);
  });
});

describe('Every command', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  afterEach(() => {
    delete process.env['DATABASE_URL'];
  });

  const commands = new Set(
    pages.flatMap((name) => [...page(name).matchAll(/npx nailbook ([^\n`]+)/g)].map(([, line = '']) => line.trim())),
  );

  test.each([...commands].sort())('nailbook %s is understood as it is written', async (line) => {
    process.env['DATABASE_URL'] = line.startsWith('repair constraint') ? database.ownerUrl : database.maintenanceUrl;
    const words = line.replace(/ --environment \w+/, '').split(/\s+/);
    // The others are read by markdown.test.ts.
    const { code, err } = await nailbook(...words, ...(runsHere(line) ? [] : ['--help']));
    expect({ line, understood: code !== 2, err }).toMatchObject({ line, understood: true });
    expect(err).not.toContain('unexpected');
  });
});
