/** Small templates with round prices, so that a test can state what they cost. */
import { environment } from '../../lib/config/environments';
import type { EnvironmentConfig } from '../../lib/config/schema';
import { estimate, type Estimate } from '../../lib/cost/estimate';
import type { Line } from '../../lib/cost/line';
import type { PriceTable } from '../../lib/cost/price-table';
import { PRODUCTS, type PriceKey } from '../../lib/cost/products';
import type { Properties, Resource } from '../../lib/cost/resources';
import type { KnownUsage } from '../../lib/cost/usage';

/** Tokyo and Oregon with the given prices in USD, the second at twice the first's; every other price is 0. */
export function priceTable(usd: Partial<Record<PriceKey, number>>): PriceTable {
  const prices = (factor: number) =>
    Object.fromEntries(
      [...PRODUCTS.keys()].map((key) => [key, { usd: (usd[key] ?? 0) * factor, from: 'list' as const }]),
    );
  return {
    date: '2026-11-22',
    source: 'a test',
    prices: { everywhere: prices(1), 'ap-northeast-1': prices(1), 'us-west-2': prices(2) },
  };
}

export function resource(type: string, properties: Properties = {}, place: Partial<Resource> = {}): Resource {
  return {
    type,
    id: type.replaceAll(':', ''),
    properties,
    stack: 'test',
    region: 'ap-northeast-1',
    role: 'first',
    ...place,
  };
}

export interface Case {
  resources: Resource[];
  prices: Partial<Record<PriceKey, number>>;
  usage?: KnownUsage;
  config?: EnvironmentConfig;
}

export function estimateOf({ resources, prices, usage = {}, config = environment('production') }: Case): Estimate {
  return estimate(config, resources, priceTable(prices), usage);
}

/** The line of an estimate by its words; throws when there is none. */
export function lineOf({ parts }: Estimate, item: string): Line {
  const lines = parts.flatMap((part) => part.lines);
  const line = lines.find((each) => each.item === item);
  if (!line) throw new Error(`No line "${item}" among: ${lines.map((each) => each.item).join(', ')}`);
  return line;
}
