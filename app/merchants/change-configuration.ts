/** Changes what a salon has set up: in one transaction with its audit entry, answered with the upcoming bookings that it affects. */
import type { FastifyRequest } from 'fastify';
import type { ClientBase } from 'pg';
import { recordAudit } from '../audit/audit';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { Problem } from '../http/problem';
import { type AffectedBooking, affectedBookings, upcomingBookings } from './affected-bookings';
import { type Configuration, readConfiguration } from './configuration';
import { toCatalogue } from './read-catalogue';

/** Two changes of one salon take turns, so that each is checked against what the other left. */
const LOCK_MERCHANT = { name: 'lock-merchant', text: 'SELECT FROM merchants WHERE id = $1 FOR UPDATE' };

export interface Change {
  merchantId: string;
  /** For the audit log: subject and verb. */
  action: string;
  /** The part of the configuration that the audit log compares, without personal data. */
  part: (configuration: Configuration, subjectId: string) => Record<string, unknown>;
  /** Makes the change; returns the id of its subject. Throws a Problem to refuse it. */
  write: (client: ClientBase, before: Configuration) => Promise<string>;
}

export interface Changed {
  subjectId: string;
  configuration: Configuration;
  affectedBookings: AffectedBooking[];
}

/** For salon staff and platform admins. Throws a Problem: 401, 403, 404 unknown salon, and what `write` throws. */
export async function changeConfiguration(context: Context, request: FastifyRequest, change: Change): Promise<Changed> {
  const { merchantId } = change;
  const identity = authenticate(context.tokens, request);
  authorize(identity, merchantId, ['merchant', 'admin'], request);
  const now = context.clock();
  const changed = await asMerchant(context.primary, merchantId, async (client) => {
    await client.query({ ...LOCK_MERCHANT, values: [merchantId] });
    const before = await configurationOf(client, merchantId, now);
    const subjectId = await change.write(client, before);
    const after = await configurationOf(client, merchantId, now);
    const parts = [before, after].map((configuration) => change.part(configuration, subjectId));
    const { action } = change;
    await recordAudit(client, {
      merchantId,
      identity,
      requestId: request.id,
      action,
      subjectId,
      ...difference(...parts),
    });
    const bookings = await upcomingBookings(client, merchantId, now);
    const affected = affectedBookings(toCatalogue(merchantId, before), toCatalogue(merchantId, after), bookings);
    return { subjectId, configuration: after, affectedBookings: affected };
  });
  // The others hear of it from PostgreSQL, and so would this process: but the next request may come before the announcement.
  context.catalogues.forget(merchantId);
  return changed;
}

/** Throws a 404 Problem when there is no such salon. */
export async function configurationOf(client: ClientBase, merchantId: string, now: number): Promise<Configuration> {
  const configuration = await readConfiguration(client, merchantId, now);
  if (!configuration) throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);
  return configuration;
}

/** The fields that differ, before and after. */
function difference(
  before: Record<string, unknown> = {},
  after: Record<string, unknown> = {},
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const only = (part: Record<string, unknown>) =>
    Object.fromEntries(differing.map((name) => [name, part[name] ?? null]));
  return { before: only(before), after: only(after) };
}
