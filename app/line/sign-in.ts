/** Signs a customer in: LINE vouches for their ID token, and whoever comes for the first time becomes a customer of the salon. */
import type { Context } from '../context';
import { queryAsMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { CredentialsRefused } from './access-tokens';
import type { LineChannel } from './channel';
import type { Language } from './language';
import { LineUnavailable } from './line-http';
import { orUnavailable } from './unavailable';

export interface SignedIn {
  customerId: string;
  displayName: string;
  /** Whether LINE delivers the salon's messages to them: they have the account as a friend and do not block it. */
  reachable: boolean;
}

interface CustomerRow {
  id: string;
  display_name: string;
  line_reachable: boolean;
  created: boolean;
}

/** A name that LINE does not tell, or a language that the app does not, leaves what is known. */
const UPSERT_CUSTOMER = {
  name: 'upsert-customer',
  text: `
INSERT INTO customers AS c (merchant_id, line_user_id, display_name, language) VALUES ($1, $2, $3, $4)
ON CONFLICT (merchant_id, line_user_id) DO UPDATE SET
  display_name = coalesce(nullif(excluded.display_name, ''), c.display_name), language = coalesce(excluded.language, c.language)
RETURNING id, display_name, line_reachable, (xmax = 0) AS created`,
};

/** Without a time: any event of LINE's is newer. */
const NOTE_REACHABLE = {
  name: 'note-reachable',
  text: 'UPDATE customers SET line_reachable = $3 WHERE merchant_id = $1 AND id = $2',
};

/** Throws a Problem: 401 a token that LINE does not vouch for, 404 no such salon, 409 a salon without LINE, 503 LINE is away. */
export async function signIn(
  { catalogues, line, primary }: Context,
  merchantId: string,
  idToken: string,
  language: Language | null,
): Promise<SignedIn> {
  if (!(await catalogues.get(merchantId))) {
    throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);
  }
  const channel = await line.channels.forMerchant(merchantId);
  if (!channel) {
    throw new Problem(
      409,
      'line_not_connected',
      'The salon is not connected to LINE yet: set its channel with PUT line/channel',
    );
  }
  const user = await orUnavailable(line.client.verifyIdToken(idToken, channel.loginChannelId));
  if (!user) {
    throw new Problem(
      401,
      'id_token_refused',
      'LINE does not vouch for this ID token: get a new one from LIFF and send it at once',
    );
  }
  const values = [merchantId, user.lineUserId, user.displayName, language];
  const { rows } = await queryAsMerchant<CustomerRow>(primary, merchantId, { ...UPSERT_CUSTOMER, values });
  const [row] = rows;
  if (!row) throw new Error('The customer was not written');
  const reachable =
    row.created || !row.line_reachable ? await askReachable(line.client, channel, user.lineUserId) : true;
  if (reachable !== null && reachable !== row.line_reachable) {
    await queryAsMerchant(primary, merchantId, { ...NOTE_REACHABLE, values: [merchantId, row.id, reachable] });
  }
  return { customerId: row.id, displayName: row.display_name, reachable: reachable ?? row.line_reachable };
}

/** `null`: LINE does not say. It stays as it is, and the next event or sign-in tells. */
async function askReachable(
  client: Context['line']['client'],
  channel: LineChannel,
  lineUserId: string,
): Promise<boolean | null> {
  try {
    return await client.isFriend(channel, lineUserId);
  } catch (error) {
    if (error instanceof LineUnavailable || error instanceof CredentialsRefused) return null;
    throw error;
  }
}
