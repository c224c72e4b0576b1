/** Reads customers: one, or those whose name is searched for. */
import type { Pool } from 'pg';
import { queryAsMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { type Customer, type CustomerRow, toCustomer } from './customer';
import { LIST_CUSTOMERS, READ_CUSTOMER } from './statements';

/** Throws a 404 Problem when there is none of this salon. */
export async function readCustomer(pool: Pool, merchantId: string, customerId: string): Promise<Customer> {
  const values = [merchantId, customerId];
  const { rows } = await queryAsMerchant<CustomerRow>(pool, merchantId, { ...READ_CUSTOMER, values });
  if (!rows[0]) throw customerUnknown(customerId);
  return toCustomer(rows[0]);
}

export interface CustomerPage {
  customers: Customer[];
  /** `null`: this was the last page. */
  nextAfter: string | null;
}

export async function listCustomers(
  pool: Pool,
  {
    merchantId,
    ids,
    search,
    after = '0',
    limit,
  }: { merchantId: string; ids?: string[]; search?: string; after?: string; limit: number },
): Promise<CustomerPage> {
  const values = [merchantId, search ?? null, after, limit + 1, ids ?? null];
  const { rows } = await queryAsMerchant<CustomerRow>(pool, merchantId, { ...LIST_CUSTOMERS, values });
  const customers = rows.slice(0, limit).map(toCustomer);
  return { customers, nextAfter: rows.length > limit ? (customers.at(-1)?.id ?? null) : null };
}

export function customerUnknown(customerId: string): Problem {
  return new Problem(404, 'customer_unknown', `There is no customer ${customerId} at this salon`);
}
