import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refreshPrices } from '../../../bin/nailbook/cost-refresh';
import { PRICE_FILE, formatPriceTable, readPriceTable } from '../../../lib/cost/price-table';
import type * as costSynthesise from '../../../lib/cost/synthesise';
import { parseSaved } from '../../../lib/cost/saved';
import { askMainProcess } from '../../support/main-process';
import type { EnvironmentConfig } from '../../../lib/config/schema';
import { nailbook } from '../../support/nailbook';

jest.setTimeout(60_000);

/** The real templates, each made once for all tests of this file. */
jest.mock('../../../lib/cost/synthesise', () => {
  const real: typeof costSynthesise = jest.requireActual('../../../lib/cost/synthesise');
  const made = new Map<string, ReturnType<typeof real.synthesise>>();
  return {
    ...real,
    synthesise: (config: EnvironmentConfig) => {
      const key = JSON.stringify(config);
      const resources = made.get(key) ?? real.synthesise(config);
      made.set(key, resources);
      return resources;
    },
  };
});

let folder: string;
beforeAll(async () => {
  await askMainProcess('lambdas');
  folder = mkdtempSync(join(tmpdir(), 'nailbook-cost-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('nailbook cost', () => {
  test('prints an environment by part, with the date of its prices', async () => {
    const { code, out, err } = await nailbook('cost', 'dev');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(`dev: USD a month at list prices of ${readPriceTable().date}`);
    expect(out).toMatch(/^Database +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/m);
    expect(out).toMatch(/^Total +[\d,.]+ +[\d,.]+ +[\d,.]+$/m);
  });

  test('shows each line with its quantity and price, and what was assumed', async () => {
    const { out } = await nailbook('cost', 'dev', '--detail', '--requests-per-month', '50M');
    expect(out).toMatch(/NAT gateway +730 hour +x 0\.062 +45\.26 +45\.26 +45\.26/);
    expect(out).toMatch(/requests that reach the API +50,000,000 +50,000,000 +50,000,000 +requests/);
  });

  test('prints several environments, and all together', async () => {
    const { out } = await nailbook('cost', 'dev', 'staging');
    expect(out).toContain('staging: USD a month');
    expect(out).toMatch(/^Together +[\d,.]+ +[\d,.]+ +[\d,.]+$/m);
  });

  test('says what a change of the configuration would add', async () => {
    const { code, out } = await nailbook('cost', 'staging', '--with', 'database.instanceType=r6g.large');
    expect(code).toBe(0);
    // 730 h x (0.27 - 0.224)
    expect(out).toMatch(/^ {2}Instance r6g\.large +0\.00 +197\.10 +\+197\.10$/m);
    expect(out).toMatch(/^ {2}Instance t3\.large +163\.52 +0\.00 +-163\.52$/m);
    expect(out).toMatch(/^Database .* \+33\.58$/m);
  });

  test('compares two environments', async () => {
    const { out } = await nailbook('cost', 'dev', '--compare', 'staging');
    expect(out).toContain('dev -> staging: USD a month');
    expect(out).toMatch(/The change is \+[\d.]+ at least, \+[\d.]+ expected/);
  });

  test('compares two commits by way of a file, as a comment on a pull request', async () => {
    const file = join(folder, 'before.json');
    writeFileSync(file, (await nailbook('cost', 'dev', '--json')).out);
    const [before] = parseSaved(readFileSync(file, 'utf8')).environments;
    expect(before).toMatchObject({ environment: 'dev', missing: [] });

    const { out } = await nailbook('cost', 'dev', '--baseline', file, '--markdown', '--database-gb', '12');
    expect(out).toMatch(/^\*\*dev as in .*before\.json → dev now: \+\d+\.\d\d USD a month\*\*/);
    expect(out).toMatch(/^\| Files and sites: Dumps of the database \| 0\.06 \| 0\.36 \| \+0\.30 \|$/m);
  });

  test('prints the comparison for machines too', async () => {
    const { out } = await nailbook('cost', 'dev', '--with', 'network.natGateways=2', '--json');
    const [comparison] = JSON.parse(out).comparisons;
    expect(comparison).toMatchObject({ before: 'dev', after: 'dev with network.natGateways=2' });
    // a gateway and its address: 730 x (0.062 + 0.005)
    expect(comparison.monthly.change.expected).toBeCloseTo(48.91, 6);
  });

  test.each([
    [['cost'], 'no environment is named: allowed are some of dev, staging, production'],
    [['cost', 'prod'], "'prod' is invalid"],
    [['cost', 'dev', '--with', 'cache.nodes=2'], 'cache.nodes, which is no field of dev'],
    [['cost', 'dev', '--markdown'], '--markdown is for a comparison'],
    [['cost', 'dev', '--with', 'cache.replicas=1', '--compare', 'staging'], '--with compares by itself'],
    [['cost', 'dev', '--json', '--markdown'], 'cannot be used with'],
    [['cost', 'dev', '--requests-per-month', 'many'], 'Allowed is a number from 0, such as 250000, 250k or 50M'],
    [['cost', 'dev', '--baseline', 'nowhere.json'], '--baseline nowhere.json cannot be read: '],
  ])('%j is not understood: %s', async (args, message) => {
    const { code, out, err } = await nailbook(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });
});

describe('nailbook cost --refresh', () => {
  const terminal = { out: () => {}, err: () => {}, columns: undefined };

  test('refuses where there are no AWS credentials, and leaves the table alone', async () => {
    const before = readFileSync(PRICE_FILE, 'utf8');
    const kept = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    });
    const { code, err } = await nailbook('cost', '--refresh');
    process.env = kept;
    expect(code).toBe(1);
    expect(err).toContain('--refresh needs AWS credentials with the right pricing:GetProducts');
    expect(err).not.toContain('unexpected');
    expect(readFileSync(PRICE_FILE, 'utf8')).toBe(before);
  });

  test('writes what the price list says', async () => {
    const file = join(folder, 'prices.json');
    writeFileSync(file, formatPriceTable(readPriceTable()));
    const tier = { d: { beginRange: '0', pricePerUnit: { USD: '0.063' } } };
    const answer = { product: { attributes: {} }, terms: { OnDemand: { t: { priceDimensions: tier } } } };
    await refreshPrices(
      terminal,
      {
        send: async ({ input }) => ({
          $metadata: {},
          PriceList: input.Filters?.[0]?.Value === 'APN1-NatGateway-Hours' ? [JSON.stringify(answer)] : [],
        }),
      },
      file,
    );
    const renewed = readPriceTable(file);
    expect(renewed.date).toBe(new Date().toISOString().slice(0, 10));
    expect(renewed.prices['ap-northeast-1']?.['nat.hour']).toEqual({ usd: 0.063, from: 'list' });
  });

  test('writes nothing when the price list confirms nothing', async () => {
    const file = join(folder, 'untouched.json');
    writeFileSync(file, formatPriceTable(readPriceTable()));
    const silent = { send: async () => ({ $metadata: {}, PriceList: [] }) };
    await expect(refreshPrices(terminal, silent, file)).rejects.toThrow('confirmed no price');
    expect(readPriceTable(file)).toEqual(readPriceTable());
  });
});
