import type { GetProductsCommand, GetProductsCommandInput, GetProductsCommandOutput } from '@aws-sdk/client-pricing';
import { lookUp, type PriceListClient } from '../../../lib/cost/price-list';
import { formatPriceTable } from '../../../lib/cost/price-table';
import type { ListEntry } from '../../../lib/cost/products';
import { renew } from '../../../lib/cost/refresh';
import { priceTable } from '../../support/cost';

/** A product as the price list answers with it: `tiers` by the quantity that they begin at. */
function product(attributes: Record<string, string>, tiers: Record<string, string>): string {
  const priceDimensions = Object.fromEntries(
    Object.entries(tiers).map(([beginRange, USD]) => [`d${beginRange}`, { beginRange, pricePerUnit: { USD } }]),
  );
  return JSON.stringify({ product: { attributes }, terms: { OnDemand: { term: { priceDimensions } }, Reserved: {} } });
}

/** Stands in for AWS's price list: answers by service and usage type, a page for each of the products. */
class PriceList implements PriceListClient {
  readonly asked: GetProductsCommandInput[] = [];

  constructor(private readonly products: Record<string, string[]>) {}

  async send({ input }: GetProductsCommand): Promise<GetProductsCommandOutput> {
    this.asked.push(input);
    const [filter] = input.Filters ?? [];
    const found = this.products[`${input.ServiceCode} ${filter?.Value}`] ?? [];
    const page = Number(input.NextToken ?? 0);
    return {
      $metadata: {},
      PriceList: found.slice(page, page + 1),
      ...(page + 1 < found.length ? { NextToken: String(page + 1) } : {}),
    };
  }
}

const nat: ListEntry = { service: 'AmazonEC2', usage: 'NatGateway-Hours' };

describe('A look-up in the price list', () => {
  test("asks by the region's own usage type", async () => {
    const list = new PriceList({ 'AmazonEC2 APN1-NatGateway-Hours': [product({}, { '0': '0.0620000000' })] });
    expect(await lookUp(list, nat, 'ap-northeast-1')).toBe(0.062);
    expect(list.asked).toEqual([
      {
        ServiceCode: 'AmazonEC2',
        Filters: [{ Type: 'TERM_MATCH', Field: 'usagetype', Value: 'APN1-NatGateway-Hours' }],
      },
    ]);
  });

  test('knows the oldest region by both of its prefixes, KMS by the region and CloudFront by none', async () => {
    const list = new PriceList({});
    await lookUp(list, nat, 'us-east-1');
    await lookUp(list, { service: 'awskms', usage: 'KMS-Keys' }, 'eu-west-1');
    await lookUp(list, { service: 'AmazonCloudFront', usage: 'AP-Requests-Tier2-HTTPS' }, 'ap-northeast-1');
    expect(list.asked.map(({ Filters }) => Filters?.[0]?.Value)).toEqual([
      'NatGateway-Hours',
      'USE1-NatGateway-Hours',
      'eu-west-1-KMS-Keys',
      'AP-Requests-Tier2-HTTPS',
    ]);
  });

  test('reads every page and tells products of one usage type apart', async () => {
    const usage = 'APN1-InstanceUsage:db.r6g.large';
    const list = new PriceList({
      [`AmazonRDS ${usage}`]: [
        product({ databaseEngine: 'MySQL' }, { '0': '0.255' }),
        product({ databaseEngine: 'PostgreSQL' }, { '0': '0.27' }),
      ],
    });
    const entry = {
      service: 'AmazonRDS',
      usage: 'InstanceUsage:db.r6g.large',
      where: { databaseEngine: 'PostgreSQL' },
    };
    expect(await lookUp(list, entry, 'ap-northeast-1')).toBe(0.27);
  });

  test('takes the first tier that costs something', async () => {
    const tiers = { '10240': '0.0890', '0': '0.0000', '1': '0.1140' };
    const list = new PriceList({ 'AmazonEC2 APN1-NatGateway-Hours': [product({}, tiers)] });
    expect(await lookUp(list, nat, 'ap-northeast-1')).toBe(0.114);
  });

  test('says so when there is no price, or more than one', async () => {
    expect(await lookUp(new PriceList({}), nat, 'us-west-2')).toBe('the price list has none');
    const two = [product({}, { '0': '0.1' }), product({}, { '0': '0.2' })];
    const list = new PriceList({ 'AmazonEC2 USW2-NatGateway-Hours': two });
    expect(await lookUp(list, nat, 'us-west-2')).toBe('the price list has several: 0.1, 0.2');
  });
});

describe('A renewal of the table', () => {
  const before = priceTable({ 'nat.hour': 0.06, 'endpoint.hour': 0.01, 'key.month': 1 });
  const list = new PriceList({
    'AmazonEC2 APN1-NatGateway-Hours': [product({}, { '0': '0.062' })],
    'AmazonEC2 APN3-NatGateway-Hours': [product({}, { '0': '0.062' })],
    'AmazonVPC APN1-VpcEndpoint-Hours': [product({}, { '0': '1.4' })],
    'awskms ap-northeast-1-KMS-Keys': [product({}, { '0': '1' })],
  });

  test('takes over what the price list has, in old regions and new ones', async () => {
    const { table, confirmed, changed } = await renew(before, list, '2026-12-01');
    expect(table.date).toBe('2026-12-01');
    expect(table.prices['ap-northeast-1']?.['nat.hour']).toEqual({ usd: 0.062, from: 'list' });
    expect(table.prices['ap-northeast-3']?.['nat.hour']).toEqual({ usd: 0.062, from: 'list' });
    expect(changed).toEqual(['ap-northeast-1 nat.hour: 0.06 -> 0.062', 'ap-northeast-3 nat.hour: none -> 0.062']);
    expect(confirmed).toBe(3); // those two, and the key that costs what it did
  });

  test('keeps what the price list does not have, and a price too far from the old one', async () => {
    const { table, kept } = await renew(before, list, '2026-12-01');
    expect(table.prices['ap-northeast-1']?.['endpoint.hour']?.usd).toBe(0.01);
    expect(kept).toContainEqual(expect.stringContaining('endpoint.hour stays 0.01: the price list says 1.4, too far'));
    expect(kept).toContainEqual('us-west-2 nat.hour stays 0.12: the price list has none');
    expect(kept).toContainEqual(expect.stringContaining('everywhere dashboard stays'));
  });

  test('leaves the table that it was given alone', async () => {
    const text = formatPriceTable(before);
    await renew(before, list, '2026-12-01');
    expect(formatPriceTable(before)).toBe(text);
  });
});
