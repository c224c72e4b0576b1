/** The price table of the repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRODUCTS, type PriceKey } from './products';

export const PRICE_FILE = join(__dirname, 'prices.json');

export interface Price {
  /** USD for one unit of the product. */
  usd: number;
  /** `list`: as AWS's price list had it; `hand`: entered by hand and not confirmed yet. */
  from: 'list' | 'hand';
}

export interface PriceTable {
  /** Day of the newest price, `YYYY-MM-DD`. */
  date: string;
  /** What the prices are, and where they come from. */
  source: string;
  /** By region, and `everywhere` for those that are the same in all regions. */
  prices: Record<string, Partial<Record<PriceKey, Price>>>;
}

/** Something costs money and the table does not say how much. */
export class MissingPrice extends Error {
  override name = 'MissingPrice';
}

export function readPriceTable(file = PRICE_FILE): PriceTable {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test holds the file to its type
  return JSON.parse(readFileSync(file, 'utf8')) as PriceTable;
}

/** The price of one unit. Throws a MissingPrice that names the region, the product and the remedy. */
export function priceIn(table: PriceTable, region: string, key: PriceKey): Price {
  const place = placeOf(key, region);
  const price = table.prices[place]?.[key];
  if (price) return price;
  const known = Object.keys(table.prices).filter((name) => name !== 'everywhere');
  throw new MissingPrice(
    table.prices[place]
      ? `lib/cost/prices.json has no price of ${key} in ${region}: add it, or renew the table with "nailbook cost --refresh"`
      : `lib/cost/prices.json has no prices of ${region}: allowed is one of ${known.join(', ')}, or renew the table with "nailbook cost --refresh", which covers every region`,
  );
}

/** Where the table keeps the price of a product. */
export function placeOf(key: PriceKey, region: string): string {
  return PRODUCTS.get(key)?.scope === 'everywhere' ? 'everywhere' : region;
}

/** As the file has it, one price a line, so that a renewal reads well in a review. */
export function formatPriceTable({ date, source, prices }: PriceTable): string {
  const regions = Object.entries(prices).map(([region, table]) => {
    const lines = Object.entries(table).map(
      ([key, { usd, from }]) =>
        `      ${JSON.stringify(key)}: { "usd": ${decimal(usd)}, "from": ${JSON.stringify(from)} }`,
    );
    return `    ${JSON.stringify(region)}: {\n${lines.join(',\n')}\n    }`;
  });
  const head = `  "date": ${JSON.stringify(date)},\n  "source": ${JSON.stringify(source)},\n`;
  return `{\n${head}  "prices": {\n${regions.join(',\n')}\n  }\n}\n`;
}

/** Without an exponent: prices of a single request are small. */
function decimal(usd: number): string {
  return usd.toFixed(12).replace(/\.?0+$/, '');
}
