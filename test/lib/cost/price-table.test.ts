import { readFileSync } from 'node:fs';
import { environment } from '../../../lib/config/environments';
import { REGIONS } from '../../../lib/config/fields';
import { ENVIRONMENT_NAMES } from '../../../lib/config/schema';
import { PRICE_FILE, formatPriceTable, placeOf, priceIn, readPriceTable } from '../../../lib/cost/price-table';
import { PRODUCTS } from '../../../lib/cost/products';

const table = readPriceTable();
const regions = Object.keys(table.prices).filter((name) => name !== 'everywhere');

describe('The price table', () => {
  test('says its date and where it comes from', () => {
    expect(table.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Date.parse(table.date)).toBeLessThanOrEqual(Date.now());
    expect(table.source).toContain('list prices');
  });

  test('has the regions of every environment that is checked in', () => {
    const used = ENVIRONMENT_NAMES.flatMap((name) => {
      const { region, recovery } = environment(name);
      return [region].concat(recovery?.copyRegions ?? []);
    });
    expect(regions).toEqual(expect.arrayContaining([...used, 'us-east-1']));
    expect(REGIONS).toEqual(expect.arrayContaining(regions));
  });

  test.each(regions)('has a price of every product in %s', (region) => {
    for (const key of PRODUCTS.keys()) expect(priceIn(table, region, key).usd).toBeGreaterThan(0);
  });

  test('has each price in its place, and none of a product that does not exist', () => {
    const expected = new Set(
      [...PRODUCTS.keys()].flatMap((key) => regions.map((region) => `${placeOf(key, region)} ${key}`)),
    );
    const actual = Object.entries(table.prices).flatMap(([place, prices]) =>
      Object.keys(prices).map((key) => `${place} ${key}`),
    );
    expect(actual.toSorted()).toEqual([...expected].toSorted());
  });

  test('says of each price whether it was in the price list or entered by hand', () => {
    const origins = Object.values(table.prices).flatMap((prices) => Object.values(prices).map(({ from }) => from));
    expect(new Set([...origins, 'list', 'hand'])).toEqual(new Set(['list', 'hand']));
  });

  test('stands in its file as it would be written', () => {
    expect(readFileSync(PRICE_FILE, 'utf8')).toBe(formatPriceTable(table));
  });

  // As on AWS's price pages: whoever changes these knows why.
  test.each([
    ['ap-northeast-1', 'nat.hour', 0.062],
    ['ap-northeast-1', 'fargate.arm64.cpu', 0.04045],
    ['ap-northeast-1', 'balancer.hour', 0.0243],
    ['ap-northeast-1', 'transfer.out', 0.114],
    ['us-west-2', 'nat.hour', 0.045],
    ['us-west-2', 'postgresql.r6g.xlarge', 0.45],
  ] as const)('is of the right size: in %s, %s is about %d USD', (region, key, usd) => {
    expect(priceIn(table, region, key).usd / usd).toBeGreaterThan(0.5);
    expect(priceIn(table, region, key).usd / usd).toBeLessThan(2);
  });
});
