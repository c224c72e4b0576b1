/** What requests about bookings carry, and the checks that a schema cannot say. */
import { Type } from 'typebox';
import { authorize } from '../auth/authentication';
import type { Identity } from '../auth/tokens';
import { SlotBody } from '../availability/slot-body';
import type { FastifyRequest } from 'fastify';
import { badField, ProblemBody } from '../http/problem';
import { Id, Instant } from '../http/types';

const ServiceIds = Type.Array(Id, { minItems: 1, maxItems: 10, description: 'In the order in which they are done' });

const override = {
  squeezeIn: Type.Optional(
    Type.Boolean({
      description:
        'Only for salon staff: put the visit beside others, outside hours, notice and limits; needs a staffId and a reason',
      default: false,
    }),
  ),
  reason: Type.Optional(
    Type.String({
      pattern: '\\S.+\\S',
      maxLength: 500,
      description: 'Why it is squeezed in, in three characters at least; kept in the audit log',
    }),
  ),
};

export const NewBookingBody = Type.Object(
  {
    serviceIds: ServiceIds,
    staffId: Type.Optional(Type.Union([Id, Type.Null()], { description: 'null or left out: anyone who is free' })),
    startsAt: Instant,
    customerId: Type.Optional(Type.String({ ...Id, description: 'Only for salon staff, who book for a customer' })),
    hold: Type.Optional(
      Type.Boolean({ description: 'Keep the slot for a few minutes instead of booking it', default: false }),
    ),
    ...override,
  },
  { additionalProperties: false, title: 'NewBooking' },
);

export const MoveBody = Type.Object(
  {
    startsAt: Instant,
    staffId: Type.Optional(
      Type.Union([Id, Type.Null()], {
        description: 'null: anyone who is free, the present one first; left out: the present one',
      }),
    ),
    serviceIds: Type.Optional(ServiceIds),
    ...override,
  },
  { additionalProperties: false, title: 'Move' },
);

export const BookingParams = Type.Object({ merchantId: Id, bookingId: Id });

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      // PostgreSQL cannot store a NUL byte, and nobody means a control character.
      pattern: '^[^\\u0000-\\u001f\\u007f]{1,200}$',
      description: '1 to 200 characters without control characters, new for each wish and kept for its repetitions',
    }),
  ),
});

/** A 409; the alternatives come with `slot_taken`. */
export const Conflict = Type.Intersect([
  ProblemBody,
  Type.Object({ alternatives: Type.Optional(Type.Array(SlotBody)) }),
]);

/** Whom a booking is for: customers book for themselves, salon staff say for whom. */
export function customerOf(identity: Identity, given: string | undefined): string {
  if (identity.role !== 'customer') {
    if (given !== undefined) return given;
    throw badField('customer_missing', 'body.customerId', undefined, 'is required of salon staff: whom is it for?');
  }
  if (given === undefined || given === identity.userId) return identity.userId;
  throw badField('customer_refused', 'body.customerId', given, 'is only for salon staff: leave it out');
}

/** The reason of a visit that is squeezed in, `null` for any other. Throws a 403 Problem for customers, 400 without a reason. */
export function squeezeInReason(
  request: FastifyRequest,
  identity: Identity,
  merchantId: string,
  { squeezeIn = false, reason }: { squeezeIn?: boolean; reason?: string },
): string | null {
  if (!squeezeIn) {
    if (reason === undefined) return null;
    throw badField('reason_refused', 'body.reason', reason, 'goes only with squeezeIn: true');
  }
  authorize(identity, merchantId, ['merchant', 'admin'], request);
  if (reason === undefined)
    throw badField('reason_missing', 'body.reason', undefined, 'is required with squeezeIn: why is it squeezed in?');
  return reason;
}
