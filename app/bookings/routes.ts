/** Bookings over HTTP: create, list, read. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import { identityKey } from '../auth/tokens';
import type { Context } from '../context';
import { badField, Problem, ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { decide } from '../insights/decide';
import { catalogueOf } from '../merchants/catalogue-of';
import type { BookingOutcome } from '../metrics';
import { BookingParams, Conflict, customerOf, IdempotencyHeaders, NewBookingBody, squeezeInReason } from './bodies';
import { BookingBody } from './booking';
import { createBooking } from './create-booking';
import { listBookings, readBooking } from './read-bookings';
import { squeezeIn } from './squeeze-in';

const PAGE_LENGTH = 50;

export const bookingRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { tokens, metrics } = context;

  server.post(
    '/bookings',
    {
      schema: {
        tags: ['bookings'],
        summary: 'Book a slot',
        description:
          'The same Idempotency-Key with the same body answers with the same booking; with another body it is refused (422). The nailbook-decision-id header names the decision.',
        security: [{ token: [] }],
        params: MerchantParams,
        headers: IdempotencyHeaders,
        body: NewBookingBody,
        response: { 201: BookingBody, 409: Conflict, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
      const { serviceIds, staffId = null, hold = false } = request.body;
      const reason = squeezeInReason(request, identity, merchantId, request.body);
      const wish = {
        merchantId,
        customerId: customerOf(identity, request.body.customerId),
        serviceIds,
        startsAt: Date.parse(request.body.startsAt),
        // Without a key a request cannot be told from its repetition; each is a wish of its own.
        idempotencyKey: request.headers['idempotency-key'] ?? randomUUID(),
        identity,
      };
      if (reason !== null && (staffId === null || hold)) throw notSqueezable(staffId);
      const finish = metrics.bookingCreationSeconds.startTimer();
      try {
        const catalogue = await catalogueOf(context, merchantId);
        const asked = { serviceIds, staffId, startsAt: wish.startsAt, ...(reason === null ? {} : { squeezeIn: true }) };
        const action = hold ? 'hold' : 'create';
        const { booking, repeated } = await decide(
          { context, request, reply, identity, catalogue, action, asked, bookingId: null },
          (decision) =>
            reason === null || staffId === null
              ? createBooking(context, catalogue, { ...wish, staffId, hold }, decision)
              : squeezeIn(context, catalogue, { ...wish, staffId, reason }, decision),
        );
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
          customerId: Type.Optional(Type.String({ ...Id, description: 'Of this customer only; for salon staff' })),
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
      const { customerId: asked, ...page } = request.query;
      if (identity.role === 'customer' && asked !== undefined && asked !== identity.userId)
        throw badField('customer_refused', 'query.customerId', asked, 'is only for salon staff: leave it out');
      const customerId = identity.role === 'customer' ? identity.userId : (asked ?? null);
      return context.reads.read(identityKey(identity), (pool) =>
        listBookings(pool, { merchantId, customerId, limit: PAGE_LENGTH, ...page }),
      );
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
      return context.reads.read(identityKey(identity), (pool) => readBooking(pool, merchantId, bookingId, identity));
    },
  );
};

function notSqueezable(staffId: string | null): Problem {
  return staffId === null
    ? badField('staff_missing', 'body.staffId', staffId, 'is required with squeezeIn: with whom?')
    : badField('hold_refused', 'body.hold', true, 'does not go with squeezeIn: such a visit is booked at once');
}

function outcomeOf(error: unknown): BookingOutcome {
  if (!(error instanceof Problem) || error.status >= 500) return 'error';
  return error.code === 'slot_taken' ? 'overlap_error' : 'refused';
}
