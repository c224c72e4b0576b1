/** `nailbook cost --refresh`: renews the price table of the repository. */
import { writeFileSync } from 'node:fs';
import type { PriceListClient } from '../../lib/cost/price-list';
import { PRICE_FILE, formatPriceTable, readPriceTable } from '../../lib/cost/price-table';
import { Failure, type Terminal } from './terminal';

/** Errors of the SDK that mean: these credentials will not do. */
const REFUSALS = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'ExpiredTokenException',
  'AccessDeniedException',
]);

/** Asks for several hundred prices, one by one: about two minutes. Throws a Failure where there are no credentials for it. */
export async function refreshPrices(terminal: Terminal, client?: PriceListClient, file = PRICE_FILE): Promise<void> {
  const [{ renew }, asked] = await Promise.all([import('../../lib/cost/refresh'), client ?? awsClient()]);
  terminal.err("Asking AWS's price list; this takes some minutes.");
  const today = new Date().toISOString().slice(0, 10);
  const { table, confirmed, changed, kept } = await renew(readPriceTable(file), asked, today).catch(explain);
  if (confirmed === 0)
    throw new Failure(`The price list confirmed no price; ${file} stays as it was.\n${kept.join('\n')}`);
  writeFileSync(file, formatPriceTable(table));
  for (const line of [...changed, ...kept]) terminal.err(line);
  terminal.err(
    `${confirmed} prices are those of ${today}, ${changed.length} of them new; ${kept.length} stay as they were.`,
  );
}

async function awsClient(): Promise<PriceListClient> {
  const [{ PricingClient }, { PRICE_LIST_REGION }] = await Promise.all([
    import('@aws-sdk/client-pricing'),
    import('../../lib/cost/price-list'),
  ]);
  // The service answers a few requests a second and refuses the others for a moment.
  return new PricingClient({ region: PRICE_LIST_REGION, retryMode: 'adaptive', maxAttempts: 8 });
}

function explain(error: unknown): never {
  if (!(error instanceof Error) || !REFUSALS.has(error.name)) throw error;
  throw new Failure(
    `--refresh needs AWS credentials with the right pricing:GetProducts (AWS_PROFILE, AWS_ACCESS_KEY_ID or a role), and has none that work: ${error.message}`,
    { cause: error },
  );
}
