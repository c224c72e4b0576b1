/** The waiting list over HTTP: join, list, leave. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { customerOf } from '../bookings/bodies';
import { explainMissing } from '../bookings/missing';
import { localDayAt } from '../availability/local-day';
import { badField, ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { catalogueOf } from '../merchants/catalogue-of';
import { EntryBody, joinWaitingList, leaveWaitingList, listEntries, LocalDate } from './entries';
import { requirePossible } from './possible';

const PAGE_LENGTH = 50;

const NewEntryBody = Type.Object(
  {
    serviceIds: Type.Array(Id, { minItems: 1, maxItems: 10, description: 'In the order in which they are done' }),
    staffId: Type.Optional(Type.Union([Id, Type.Null()], { description: 'null or left out: anyone' })),
    fromDate: LocalDate,
    toDate: LocalDate,
    customerId: Type.Optional(Type.String({ ...Id, description: 'Only for salon staff, who ask for a customer' })),
  },
  { additionalProperties: false, title: 'NewWaitingListEntry' },
);

export const waitingListRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { tokens } = context;

  server.post(
    '/waiting-list',
    {
      schema: {
        tags: ['waiting list'],
        summary: 'Wait for a slot',
        description:
          'A slot that becomes free on one of the dates is offered to whoever has waited longest and fits: it is held in their name for some time, and a message tells them. 200: they wait for just this already.',
        security: [{ token: [] }],
        params: MerchantParams,
        body: NewEntryBody,
        response: { 200: EntryBody, 201: EntryBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      const { serviceIds, staffId = null, fromDate, toDate } = request.body;
      const customerId = customerOf(identity, request.body.customerId);
      if (toDate < fromDate) throw badField('invalid_range', 'body.toDate', toDate, 'must not be before fromDate');
      const catalogue = await catalogueOf(context, merchantId);
      const now = context.clock();
      requirePossible(catalogue, { serviceIds, staffId, fromDate, toDate }, now);
      const today = localDayAt(catalogue.policy.timeZone, now).date;
      const wanted = { merchantId, customerId, serviceIds, staffId, fromDate, toDate, identity, requestId: request.id };
      const { entry, created } = await joinWaitingList(context, wanted, today).catch((error: unknown) => {
        throw explainMissing(error, { customerId, staffId: staffId ?? 'any' });
      });
      return reply.code(created ? 201 : 200).send(entry);
    },
  );

  server.get(
    '/waiting-list',
    {
      schema: {
        tags: ['waiting list'],
        summary: 'Who waits for what',
        description:
          'In line. A customer sees their own entries, salon staff all; entries that ended or are over are left out.',
        security: [{ token: [] }],
        params: MerchantParams,
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: PAGE_LENGTH })),
          cursor: Type.Optional(Type.String({ ...Id, description: 'nextCursor of the page before' })),
        }),
        response: {
          200: Type.Object({ entries: Type.Array(EntryBody), nextCursor: Type.Union([Id, Type.Null()]) }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      const { policy } = await catalogueOf(context, merchantId);
      const today = localDayAt(policy.timeZone, context.clock()).date;
      const customerId = identity.role === 'customer' ? identity.userId : null;
      return listEntries(context, { merchantId, customerId, today, limit: PAGE_LENGTH, ...request.query });
    },
  );

  server.delete(
    '/waiting-list/:entryId',
    {
      schema: {
        tags: ['waiting list'],
        summary: 'Leave the waiting list',
        description: 'A slot that is kept for the entry goes to the next in line. Leaving again is answered as it is.',
        security: [{ token: [] }],
        params: Type.Object({ merchantId: Id, entryId: Id }),
        response: { 204: Type.Null(), '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId, entryId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      await leaveWaitingList(context, { merchantId, id: entryId, identity, requestId: request.id });
      return reply.code(204).send(null);
    },
  );
};
