/** Changes of bookings over HTTP: confirm, cancel, complete, no-show, reschedule. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Role } from '../auth/tokens';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { decide } from '../insights/decide';
import { catalogueOf } from '../merchants/catalogue-of';
import { BookingParams, Conflict, IdempotencyHeaders, MoveBody, squeezeInReason } from './bodies';
import { BookingBody } from './booking';
import { changeBooking, type ChangeRule } from './change-booking';
import { cancel, complete, confirm, noShow } from './change-rules';
import { rescheduleBooking } from './reschedule-booking';

interface StatusChange {
  path: string;
  action: 'confirm' | 'cancel' | 'complete' | 'no_show';
  rule: ChangeRule;
  roles: readonly Role[];
  summary: string;
  description: string;
}

const EVERYONE: readonly Role[] = ['customer', 'merchant', 'admin'];
const SALON: readonly Role[] = ['merchant', 'admin'];

const CHANGES: readonly StatusChange[] = [
  {
    path: 'confirm',
    action: 'confirm',
    rule: confirm,
    roles: EVERYONE,
    summary: 'Confirm a hold or a pending booking',
    description:
      'A customer confirms their own hold before it expires; where the salon confirms by hand it is then pending. Salon staff confirm holds and pending bookings.',
  },
  {
    path: 'cancel',
    action: 'cancel',
    rule: cancel,
    roles: EVERYONE,
    summary: 'Cancel a booking',
    description: 'A customer within the salon’s notice, salon staff at any time.',
  },
  {
    path: 'complete',
    action: 'complete',
    rule: complete,
    roles: SALON,
    summary: 'The visit took place',
    description: 'From its start on; pending and confirmed ones, and one that was marked as a no-show by mistake.',
  },
  {
    path: 'no-show',
    action: 'no_show',
    rule: noShow,
    roles: SALON,
    summary: 'The customer did not come',
    description:
      'From its start on; pending and confirmed ones, and one that was completed by mistake. The slot is not offered to anybody else.',
  },
];

export const changeRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  for (const { path, action, rule, roles, summary, description } of CHANGES) {
    server.post(
      `/bookings/:bookingId/${path}`,
      {
        schema: {
          tags: ['bookings'],
          summary,
          description: `${description} A booking that is so already is answered as it is.`,
          security: [{ token: [] }],
          params: BookingParams,
          response: { 200: BookingBody, '4xx': ProblemBody, 503: ProblemBody },
        },
      },
      async (request, reply) => {
        const { merchantId, bookingId } = request.params;
        const identity = authenticate(context.tokens, request);
        authorize(identity, merchantId, roles, request);
        const catalogue = await catalogueOf(context, merchantId);
        const { policy } = catalogue;
        const { booking } = await decide(
          { context, request, reply, identity, catalogue, action, asked: {}, bookingId },
          () => changeBooking(context, { merchantId, bookingId, identity, requestId: request.id, policy }, rule),
        );
        return booking;
      },
    );
  }

  server.post(
    '/bookings/:bookingId/reschedule',
    {
      schema: {
        tags: ['bookings'],
        summary: 'Move a booking',
        description:
          'To another start, staff member or choice of services; the booking keeps its id. A customer within the salon’s notice, salon staff at any time. An Idempotency-Key is honoured as it is for a new booking.',
        security: [{ token: [] }],
        params: BookingParams,
        headers: IdempotencyHeaders,
        body: MoveBody,
        response: { 200: BookingBody, 409: Conflict, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId, bookingId } = request.params;
      const identity = authenticate(context.tokens, request);
      authorize(identity, merchantId, EVERYONE, request);
      const reason = squeezeInReason(request, identity, merchantId, request.body);
      const catalogue = await catalogueOf(context, merchantId);
      const { staffId, serviceIds } = request.body;
      const asked = {
        startsAt: Date.parse(request.body.startsAt),
        ...(staffId === undefined ? {} : { staffId }),
        ...(serviceIds === undefined ? {} : { serviceIds }),
      };
      const squeezed = reason === null ? {} : { squeezeIn: true };
      const { booking, repeated } = await decide(
        {
          context,
          request,
          reply,
          identity,
          catalogue,
          action: 'reschedule',
          asked: { ...asked, ...squeezed },
          bookingId,
        },
        (decision) =>
          rescheduleBooking(
            context,
            catalogue,
            {
              merchantId,
              bookingId,
              identity,
              requestId: request.id,
              policy: catalogue.policy,
              ...asked,
              squeezeInReason: reason,
              idempotencyKey: request.headers['idempotency-key'] ?? randomUUID(),
            },
            decision,
          ),
      );
      if (repeated) reply.header('idempotency-replayed', 'true');
      return booking;
    },
  );
};
