import { configFields } from '../../../bin/nailbook/config-fields';
import { environment } from '../../../lib/config/environments';
import { ENVIRONMENT_NAMES } from '../../../lib/config/schema';
import { nailbook } from '../../support/nailbook';

function field(name: (typeof ENVIRONMENT_NAMES)[number], path: string) {
  return configFields(environment(name)).find((candidate) => candidate.path === path);
}

describe.each(ENVIRONMENT_NAMES)('The configuration of %s', (name) => {
  const fields = configFields(environment(name)).filter(({ path }) => path !== 'name');

  test('gives a reason for every value', () => {
    expect(fields.filter(({ reason }) => reason === '').map(({ path }) => path)).toEqual([]);
  });

  test('gives a unit for every number', () => {
    const numbers = fields.filter(({ value }) => typeof value === 'number');
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.filter(({ unit }) => unit === undefined).map(({ path }) => path)).toEqual([]);
  });

  test('takes every comment of its file as the reason of a field', () => {
    expect(fields.filter(({ source }) => source === 'stated').length).toBeGreaterThan(20);
  });
});

describe('A field', () => {
  test('has the reason that stands beside it', () => {
    expect(field('production', 'database.storageGib')).toMatchObject({
      value: 400,
      unit: 'GiB',
      source: 'stated',
      allowed: 'a whole number from 20 to 65536 (GiB)',
      reason: expect.stringContaining('gp3 gives 12,000 operations a second'),
    });
  });

  test('has the reason that stands above it', () => {
    expect(field('production', 'network.interfaceEndpoints')?.reason).toContain('they keep working without NAT');
  });

  test('has the reason of its group when the group stands on one line', () => {
    expect(field('production', 'service.scaling.cpuPercent')?.reason).toBe('A4');
  });

  test('that the file leaves open has the reason of the default, not that of its neighbours', () => {
    expect(field('production', 'service.scaling.requestsPerTask')).toMatchObject({
      value: 12000,
      unit: 'requests a minute',
      source: 'default',
      reason: expect.stringContaining('12,000 is 200 a second'),
    });
    expect(field('dev', 'database.maintenanceWindow')?.reason).toBe('the quietest hour after a backup');
    expect(field('staging', 'database.slowQueryMs')?.reason).toBe('requirement E2');
  });

  test('has the reason that stands in the last of several lines, or else all lines before', () => {
    expect(field('production', 'maintenance.startAt')?.reason).toBe('requirement D5: 03:00-05:00');
    expect(field('production', 'maintenance.restoreTestAt')?.reason).toMatch(
      /^When the newest snapshot .* restored\.$/,
    );
  });

  test('whose reason is a requirement says what it is as well', () => {
    expect(field('production', 'storage.dailyBackupDays')?.reason).toBe('A7, D6: Days that daily dumps are kept.');
  });
});

describe('nailbook config', () => {
  test('prints sections of values with units and reasons', async () => {
    const { code, out } = await nailbook('config', 'staging');
    expect(code).toBe(0);
    expect(out).toMatch(/^database$/m);
    expect(out).toMatch(/^ {2}instanceType +t3\.large +A1/m);
    expect(out).toMatch(/^ {2}storageGib +50 GiB +a month of test bookings$/m);
    expect(out).toMatch(/^ {2}slowQueryMs +1000 ms +default: requirement E2$/m);
    expect(out).toContain('No warnings.');
  });

  test('prints an object for machines', async () => {
    const { code, out } = await nailbook('config', 'dev', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      environment: 'dev',
      warnings: [],
      config: { database: { instanceType: 't4g.medium' } },
      fields: expect.arrayContaining([
        expect.objectContaining({ path: 'network.natGateways', value: 1, unit: 'gateways' }),
      ]),
    });
  });

  test('shows the risk of a change, and what it was before', async () => {
    const { code, out } = await nailbook('config', 'production', '--with', 'service.maxTasks=60');
    expect(code).toBe(0);
    expect(out).toMatch(/maxTasks +60 tasks +changed: instead of 20/);
    expect(out).toContain('Allowed, and risky:\n  service.maxTasks 60 with pools of 20 + 10 can open 3600 connections');
  });

  test('refuses a change that the configuration refuses, by field, value and what is allowed', async () => {
    const { code, err } = await nailbook('config', 'production', '--with', 'database.multiAz=false');
    expect(code).toBe(2);
    expect(err).toContain('database.multiAz is false: production needs true');
    expect(err).not.toContain('    at ');
  });
});
