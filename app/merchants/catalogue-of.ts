/** A merchant's catalogue, or the answer that there is no such merchant. */
import { Problem } from '../http/problem';
import type { Catalogue } from './catalogue';
import type { Catalogues } from './catalogues';

export async function catalogueOf({ catalogues }: { catalogues: Catalogues }, merchantId: string): Promise<Catalogue> {
  const catalogue = await catalogues.get(merchantId);
  if (!catalogue) throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);
  return catalogue;
}
