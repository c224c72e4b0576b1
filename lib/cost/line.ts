/** One line of an estimate: so much of a product at its price. */
import type { EnvironmentConfig } from '../config/schema';
import { priceIn, type Price, type PriceTable } from './price-table';
import { PRODUCTS, type PriceKey } from './products';
import { times, type Range } from './range';
import type { Resource } from './resources';
import type { Usage } from './usage';

export const PARTS = [
  'Network',
  'Load balancer',
  'API',
  'Database',
  'Cache',
  'Files and sites',
  'Firewall',
  'Keys and secrets',
  'Logs, metrics, alarms',
  'Backups and recovery',
  'Second region',
  'Tasks',
  'Data transfer',
] as const;
export type Part = (typeof PARTS)[number];

export interface Line {
  part: Part;
  /** For example `NAT gateway`. */
  item: string;
  region: string;
  /** In the product's unit, a month. */
  quantity: Range;
  unit: string;
  /** USD for one unit, and where the table has it from. */
  price: number;
  from: Price['from'];
  /** USD a month. */
  monthly: Range;
}

/** What a resource's cost is worked out from. */
export interface Context {
  config: EnvironmentConfig;
  /** What is assumed about the region that the resource stands in. */
  usage: Usage;
  table: PriceTable;
  /** The resources of the same environment and region role, the resource itself included. */
  beside: readonly Resource[];
}

/** Works out what a resource of one type costs; no line means that this one is free. */
export type Pricer = (resource: Resource, context: Context) => Line[];

/** AWS counts a month as 730 hours. */
export const HOURS = 730;

export interface Charge {
  /** Where it is listed in the first region; what stands in a second one is listed together. */
  part: Exclude<Part, 'Second region'>;
  product: PriceKey;
  quantity: Range;
  /** @default the product's own words */
  item?: string;
  /** @default the resource's */
  region?: string;
}

/** Throws a MissingPrice when the table has none. */
export function charge(resource: Resource, { table }: Context, { part, product, quantity, ...where }: Charge): Line {
  const region = where.region ?? resource.region;
  const { usd, from } = priceIn(table, region, product);
  const { what = product, unit = 'unit' } = PRODUCTS.get(product) ?? {};
  return {
    part: resource.role === 'first' ? part : 'Second region',
    item: where.item ?? what,
    region,
    quantity,
    unit,
    price: usd,
    from,
    monthly: times(quantity, usd),
  };
}

/** Resources of a type that stand beside the one in question. */
export function besides({ beside }: Context, type: string): Resource[] {
  return beside.filter((resource) => resource.type === type);
}
