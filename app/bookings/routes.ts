/** Bookings over HTTP: create, list, read, cancel. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Identity } from '../auth/tokens';
import { SlotBody } from '../availability/slot-body';
import type { Context } from '../context';
import { badField, Problem, ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import type { BookingOutcome } from '../metrics';
import { BookingBody } from './booking';
import { cancelBooking } from './cancel-booking';
import { createBooking } from './create-booking';
import { listBookings, readBooking } from './read-bookings';

const NewBookingBody = Type.Object(
  {
    serviceIds: Type.Array(Id, { minItems: 1, maxItems: 10, description: 'In the order in which they are done' }),
    staffId: Type.Optional(Type.Union([Id, Type.Null()], { description: 'null or left out: anyone who is free' })),
    startsAt: Instant,
    customerId: Type.Optional(Type.String({ ...Id, description: 'Only for salon staff, who book for a customer' })),
    hold: Type.Optional(
      Type.Boolean({ description: 'Keep the slot for a few minutes instead of booking it', default: false }),
    ),
  },
  { additionalProperties: false, title: 'NewBooking' },
);

const PAGE_LENGTH = 50;

const BookingParams = Type.Object({ merchantId: Id, bookingId: Id });

const SlotTaken = Type.Intersect([ProblemBody, Type.Object({ alternatives: Type.Optional(Type.Array(SlotBody)) })]);

export const bookingRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { tokens, metrics } = context;

  server.post(
    '/bookings',
    {
      schema: {
        tags: ['bookings'],
        summary: 'Book a slot',
        description:
          'The same Idempotency-Key with the same body answers with the same booking; with another body it is refused (422).',
        security: [{ token: [] }],
        params: MerchantParams,
        headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }),
        body: NewBookingBody,
        response: { 201: BookingBody, 409: SlotTaken, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      const { serviceIds, staffId = null, startsAt, hold = false } = request.body;
      const customerId = customerOf(identity, request.body.customerId);
      const finish = metrics.bookingCreationSeconds.startTimer();
      try {
        const { booking, repeated } = await createBooking(context, {
          merchantId,
          customerId,
          serviceIds,
          staffId,
          startsAt: Date.parse(startsAt),
          hold,
          // Without a key a request cannot be told from its repetition; each is a wish of its own.
          idempotencyKey: request.headers['idempotency-key'] ?? randomUUID(),
          identity,
        });
        if (!repeated) metrics.bookingsCreated.inc({ merchant_id: merchantId, status: 'success' });
        if (repeated) reply.header('idempotency-replayed', 'true');
        return await reply.code(201).send(booking);
      } catch (error) {
        metrics.bookingsCreated.inc({ merchant_id: merchantId, status: outcomeOf(error) });
        throw error;
      } finally {
        finish();
      }
    },
  );

  server.get(
    '/bookings',
    {
      schema: {
        tags: ['bookings'],
        summary: 'List bookings',
        description: 'A customer sees their own, salon staff all of the salon. By start, a page at a time.',
        security: [{ token: [] }],
        params: MerchantParams,
        querystring: Type.Object({
          from: Type.Optional(Instant),
          to: Type.Optional(Instant),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: PAGE_LENGTH })),
          cursor: Type.Optional(Type.String({ maxLength: 100, description: 'nextCursor of the page before' })),
        }),
        response: {
          200: Type.Object({ bookings: Type.Array(BookingBody), nextCursor: Type.Union([Type.String(), Type.Null()]) }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      const customerId = identity.role === 'customer' ? identity.userId : null;
      return listBookings(context.primary, { merchantId, customerId, limit: PAGE_LENGTH, ...request.query });
    },
  );

  server.get(
    '/bookings/:bookingId',
    {
      schema: {
        tags: ['bookings'],
        summary: 'Read a booking',
        security: [{ token: [] }],
        params: BookingParams,
        response: { 200: BookingBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, bookingId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      return readBooking(context.primary, merchantId, bookingId, identity);
    },
  );

  server.post(
    '/bookings/:bookingId/cancel',
    {
      schema: {
        tags: ['bookings'],
        summary: 'Cancel a booking',
        description:
          'A customer within the salon’s notice, salon staff at any time. A cancelled booking is answered as it is.',
        security: [{ token: [] }],
        params: BookingParams,
        response: { 200: BookingBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, bookingId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      return cancelBooking(context, merchantId, bookingId, identity);
    },
  );
};

/** Whom a booking is for: customers book for themselves, salon staff say for whom. */
function customerOf(identity: Identity, given: string | undefined): string {
  if (identity.role !== 'customer') {
    if (given !== undefined) return given;
    throw badField('customer_missing', 'body.customerId', undefined, 'is required of salon staff: whom is it for?');
  }
  if (given === undefined || given === identity.userId) return identity.userId;
  throw badField('customer_refused', 'body.customerId', given, 'is only for salon staff: leave it out');
}

function outcomeOf(error: unknown): BookingOutcome {
  if (!(error instanceof Problem) || error.status >= 500) return 'error';
  return error.code === 'slot_taken' ? 'overlap_error' : 'refused';
}
