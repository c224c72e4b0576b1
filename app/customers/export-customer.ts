/** Everything that is held about a customer, for them to take away (requirement C15). */
import { recordAudit } from '../audit/audit';
import type { Identity } from '../auth/tokens';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { customerUnknown } from './read-customers';
import { EXPORT_CUSTOMER } from './statements';

export interface CustomerRequest {
  merchantId: string;
  customerId: string;
  identity: Identity;
  requestId: string;
}

/** Table rows by what they are about, as they are stored. Throws a 404 Problem when there is no such customer. */
export async function exportCustomer(
  { primary }: Context,
  { merchantId, customerId, identity, requestId }: CustomerRequest,
): Promise<Record<string, unknown>> {
  return asMerchant(primary, merchantId, async (client) => {
    const { rows } = await client.query<{ data: Record<string, unknown> }>({
      ...EXPORT_CUSTOMER,
      values: [merchantId, customerId],
    });
    if (!rows[0]) throw customerUnknown(customerId);
    await recordAudit(client, { merchantId, identity, requestId, action: 'customer.exported', subjectId: customerId });
    return rows[0].data;
  });
}
