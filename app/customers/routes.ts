/** Customers over HTTP: for the salon's staff to find, and for themselves to see, take away and erase what is held about them. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import { identityKey, type Identity } from '../auth/tokens';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { CustomerBody } from './customer';
import { eraseCustomer } from './erase-customer';
import { exportCustomer } from './export-customer';
import { customerUnknown, listCustomers, readCustomer } from './read-customers';

const CustomerParams = Type.Object({ merchantId: Id, customerId: Id });

const schema = { tags: ['customers'], security: [{ token: [] }] };

export const customerRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '/customers',
    {
      schema: {
        ...schema,
        summary: 'Find customers',
        description: 'For salon staff. By id, a page at a time.',
        params: MerchantParams,
        querystring: Type.Object({
          ids: Type.Optional(
            Type.Array(Id, { minItems: 1, maxItems: 200, description: 'Only these, those who were erased among them' }),
          ),
          search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name' })),
          after: Type.Optional(Type.String({ ...Id, description: 'nextAfter of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
        response: {
          200: Type.Object({ customers: Type.Array(CustomerBody), nextAfter: Type.Union([Id, Type.Null()]) }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const identity = authenticate(context.tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      return context.reads.read(identityKey(identity), (pool) => listCustomers(pool, { merchantId, ...request.query }));
    },
  );

  server.get(
    '/customers/:customerId',
    {
      schema: {
        ...schema,
        summary: 'Read a customer',
        description: 'Customers see themselves, salon staff all of theirs.',
        params: CustomerParams,
        response: { 200: CustomerBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, customerId } = request.params;
      const identity = themselvesOrStaff(context, request, merchantId, customerId);
      return context.reads.read(identityKey(identity), (pool) => readCustomer(pool, merchantId, customerId));
    },
  );

  server.get(
    '/customers/:customerId/export',
    {
      schema: {
        ...schema,
        summary: 'Export everything held about a customer',
        params: CustomerParams,
        response: {
          200: Type.Object(
            { exportedAt: Instant, data: Type.Record(Type.String(), Type.Unknown()) },
            { title: 'CustomerExport', description: 'Table rows by what they are about, as they are stored' },
          ),
          '4xx': ProblemBody,
        },
      },
    },
    async (request, reply) => {
      const { merchantId, customerId } = request.params;
      const identity = themselvesOrStaff(context, request, merchantId, customerId);
      const data = await exportCustomer(context, { merchantId, customerId, identity, requestId: request.id });
      reply.header('content-disposition', `attachment; filename="customer-${customerId}.json"`);
      return { exportedAt: new Date(context.clock()).toISOString(), data };
    },
  );

  server.post(
    '/customers/:customerId/erase',
    {
      schema: {
        ...schema,
        summary: 'Erase a customer',
        description:
          'Cancels what they have booked and removes everything personal; past bookings stay, with a number in place of a person. Their tokens are refused from then on. There is no way back.',
        params: CustomerParams,
        response: {
          200: Type.Object({ customer: CustomerBody, cancelledBookingIds: Type.Array(Id) }),
          '4xx': ProblemBody,
          503: ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId, customerId } = request.params;
      const identity = themselvesOrStaff(context, request, merchantId, customerId);
      return eraseCustomer(context, { merchantId, customerId, identity, requestId: request.id });
    },
  );
};

/** To a customer another one does not exist. */
function themselvesOrStaff(
  context: Context,
  request: FastifyRequest,
  merchantId: string,
  customerId: string,
): Identity {
  const identity = authenticate(context.tokens, request);
  authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
  if (identity.role === 'customer' && identity.userId !== customerId) throw customerUnknown(customerId);
  return identity;
}
