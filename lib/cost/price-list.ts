/** Looks up one price in AWS's price list. */
import { GetProductsCommand, type GetProductsCommandOutput } from '@aws-sdk/client-pricing';
import { z } from 'zod';
import type { Region } from '../config/fields';
import type { ListEntry } from './products';

/** The part of the SDK's client that is used here. */
export interface PriceListClient {
  send(command: GetProductsCommand): Promise<GetProductsCommandOutput>;
}

/** Where the price list is asked; it covers every region. */
export const PRICE_LIST_REGION = 'us-east-1';

/** What each region's usage types begin with; some of the oldest region's begin with nothing. */
const PREFIXES: Record<Region, readonly string[]> = {
  'ap-northeast-1': ['APN1-'],
  'ap-northeast-3': ['APN3-'],
  'ap-southeast-1': ['APS1-'],
  'us-west-2': ['USW2-'],
  'us-east-1': ['', 'USE1-'],
  'eu-west-1': ['EU-', 'EUW1-'],
};

/** A product as the price list has it, as far as it is read. */
const listed = z.object({
  product: z.object({ attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ beginRange: z.string().default('0'), pricePerUnit: z.object({ USD: z.string().optional() }) }),
          ),
        }),
      )
      .default({}),
  }),
});
type Listed = z.output<typeof listed>;

/** The price in USD, or a sentence on why there is none that is unmistakable. Throws what the client throws. */
export async function lookUp(client: PriceListClient, entry: ListEntry, region: Region): Promise<number | string> {
  const found = new Set<number>();
  for (const usage of usageTypes(entry, region)) {
    for (const product of await products(client, entry.service, usage)) {
      if (!matches(product, entry)) continue;
      const usd = firstPaidTier(product);
      if (usd !== undefined) found.add(usd);
    }
  }
  const [usd] = found;
  if (usd === undefined) return 'the price list has none';
  return found.size === 1 ? usd : `the price list has several: ${[...found].join(', ')}`;
}

function usageTypes({ service, usage }: ListEntry, region: Region): string[] {
  // CloudFront's name the viewers' place, and those of KMS spell the region out.
  if (service === 'AmazonCloudFront') return [usage];
  if (service === 'awskms') return [`${region}-${usage}`];
  return PREFIXES[region].map((prefix) => prefix + usage);
}

async function products(client: PriceListClient, ServiceCode: string, usage: string): Promise<Listed[]> {
  const all: Listed[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetProductsCommand({
        ServiceCode,
        Filters: [{ Type: 'TERM_MATCH', Field: 'usagetype', Value: usage }],
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const text of page.PriceList ?? []) all.push(listed.parse(typeof text === 'string' ? JSON.parse(text) : text));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}

/** An attribute that the product leaves open, or has as `Any`, fits. */
function matches({ product: { attributes } }: Listed, { where = {} }: ListEntry): boolean {
  return Object.entries(where).every(([name, value]) => [value, 'Any'].includes(attributes[name] ?? 'Any'));
}

/** Prices fall with quantity, and may begin with what is free: the first that costs something. */
function firstPaidTier({ terms }: Listed): number | undefined {
  return Object.values(terms.OnDemand)
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .map(({ beginRange, pricePerUnit }) => ({ from: Number(beginRange), usd: Number(pricePerUnit.USD ?? 0) }))
    .filter(({ usd }) => usd > 0)
    .toSorted((a, b) => a.from - b.from)[0]?.usd;
}
