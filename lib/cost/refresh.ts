/** Renews the price table from AWS's price list. */
import { REGIONS, type Region } from '../config/fields';
import { lookUp, type PriceListClient } from './price-list';
import { placeOf, type PriceTable } from './price-table';
import { PRODUCTS, type PriceKey, type Product } from './products';

/** Prices that are the same everywhere are looked up here. */
const HOME: Region = 'ap-northeast-1';

/** A price that is this many times the old one, or this part of it, is more likely another product's. */
const DOUBTFUL = 3;

export interface Renewal {
  table: PriceTable;
  /** Prices that the price list confirmed or changed. */
  confirmed: number;
  /** One sentence each. */
  changed: string[];
  /** Prices that stay as they were, with the reason; one sentence each. */
  kept: string[];
}

/** `today` is `YYYY-MM-DD`. Throws what the client throws, for example for missing credentials. */
export async function renew(table: PriceTable, client: PriceListClient, today: string): Promise<Renewal> {
  const renewal: Renewal = {
    table: { ...structuredClone(table), date: today },
    confirmed: 0,
    changed: [],
    kept: [],
  };
  for (const [key, product] of PRODUCTS) {
    const regions = product.scope === 'everywhere' ? [HOME] : REGIONS;
    for (const region of regions) await renewOne(renewal, client, key, product, region);
  }
  return renewal;
}

async function renewOne(renewal: Renewal, client: PriceListClient, key: PriceKey, product: Product, region: Region) {
  const place = placeOf(key, region);
  const prices = (renewal.table.prices[place] ??= {});
  const name = `${place} ${key}`;
  const old = prices[key]?.usd;
  const found = product.list
    ? await lookUp(client, product.list, region)
    : 'it is not told apart in the price list, look at the price page';
  if (typeof found === 'string') {
    renewal.kept.push(`${name} stays ${old ?? 'without a price'}: ${found}`);
  } else if (old !== undefined && (found > old * DOUBTFUL || found < old / DOUBTFUL)) {
    renewal.kept.push(`${name} stays ${old}: the price list says ${found}, too far from it to be the same thing`);
  } else {
    if (found !== old) renewal.changed.push(`${name}: ${old ?? 'none'} -> ${found}`);
    prices[key] = { usd: found, from: 'list' };
    renewal.confirmed += 1;
  }
}
