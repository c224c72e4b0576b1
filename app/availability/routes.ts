/** `GET availability`: the free slots of a range; and why a start is not among them. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authenticate, authorize, bearerIdentity } from '../auth/authentication';
import { type Identity, identityKey } from '../auth/tokens';
import { type Moving, without } from '../bookings/moving';
import { readMoving } from '../bookings/read-bookings';
import type { Context } from '../context';
import { languageOf } from '../http/language';
import { badField, ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { catalogueOf } from '../merchants/catalogue-of';
import { readBusy } from './busy';
import { explain, type Reason } from './explain';
import { ReasonBody, reasonBody } from './reason-body';
import { describeReason } from './reason-text';
import { SlotBody, slotBody } from './slot-body';
import { freeSlots, type Question, type Slot, staffAsked } from './slots';
import { refusalsOf, visitBy } from './visit';

const DAY = 24 * 60 * 60_000;

/** A month and a week: what a calendar page shows. */
const MAX_RANGE_DAYS = 38;

const AvailabilityQuery = Type.Object({
  serviceIds: Type.Array(Id, {
    minItems: 1,
    maxItems: 10,
    description: 'Once or repeated, in the order in which they are done',
  }),
  staffId: Type.Optional(Id),
  from: Instant,
  to: Instant,
  moving: Type.Optional(
    Type.String({
      ...Id,
      description:
        'A booking that is to be moved, with the token of who may: its own time is free for other starts, and what was agreed of it holds',
    }),
  ),
});

const ExplainQuery = Type.Object({
  serviceIds: AvailabilityQuery.properties.serviceIds,
  staffId: Type.Optional(Id),
  startsAt: Instant,
});

const ExplanationBody = Type.Object(
  {
    startsAt: Instant,
    free: Type.Boolean({ description: 'Whether at least one of the staff members asked for is free' }),
    reasons: Type.Array(ReasonBody, {
      description: 'What stands against it whoever does it: services that nobody offers',
    }),
    staff: Type.Array(Type.Object({ staffId: Id, free: Type.Boolean(), reasons: Type.Array(ReasonBody) })),
  },
  { title: 'Explanation' },
);

export const availabilityRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '/availability',
    {
      schema: {
        tags: ['availability'],
        summary: 'Free slots',
        description: `Slots that start from \`from\` until before \`to\` (at most ${MAX_RANGE_DAYS} days), free ones only. Without \`staffId\`: of everyone who offers the services.`,
        params: MerchantParams,
        querystring: AvailabilityQuery,
        response: { 200: Type.Object({ slots: Type.Array(SlotBody) }), '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { serviceIds, staffId = null } = request.query;
      const range = { from: Date.parse(request.query.from), to: Date.parse(request.query.to) };
      if (range.to <= range.from)
        throw badField('invalid_range', 'query.to', request.query.to, 'must be later than from');
      if (range.to - range.from > MAX_RANGE_DAYS * DAY) {
        throw badField(
          'invalid_range',
          'query.to',
          request.query.to,
          `must be at most ${MAX_RANGE_DAYS} days after from`,
        );
      }
      const catalogue = await catalogueOf(context, merchantId);

      const moving = await bookingToMove(context, request, merchantId, request.query.moving);
      const asked = { catalogue, serviceIds, staffId, agreed: moving?.visit ?? null };
      const able = staffAsked(asked).flatMap(({ id }) => (visitBy(asked, id).ok ? [id] : []));
      if (able.length === 0) requireKnown(asked);
      const now = context.clock();
      const identity = bearerIdentity(context.tokens, request);
      const busy = await context.reads.read(identity && identityKey(identity), (pool) =>
        readBusy(pool, merchantId, able, range, now, customerOf(identity, merchantId)),
      );
      const slots = freeSlots({ ...asked, ...range, now, busy: without(busy, moving) });
      return { slots: slots.filter((slot) => !isPresent(slot, moving, serviceIds)).map(slotBody) };
    },
  );

  server.get(
    '/availability/explain',
    {
      schema: {
        tags: ['availability'],
        summary: 'Why is this start not free?',
        description:
          'Every reason at once, for the staff member named or for each one of the salon; none where the start is free. Read from the primary, as a booking would be decided. In the words of Accept-Language (zh or en).',
        params: MerchantParams,
        querystring: ExplainQuery,
        response: { 200: ExplanationBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { serviceIds, staffId = null } = request.query;
      const startsAt = Date.parse(request.query.startsAt);
      const catalogue = await catalogueOf(context, merchantId);
      const now = context.clock();
      const staffIds = staffId === null ? [...catalogue.staff.keys()] : [staffId];
      const start = { from: startsAt, to: startsAt + 1 };
      const customerId = customerOf(bearerIdentity(context.tokens, request), merchantId);
      const busy = await readBusy(context.primary, merchantId, staffIds, start, now, customerId);
      const language = languageOf(request);
      const inWords = (reasons: readonly Reason[]) =>
        reasons.map((reason) => reasonBody(reason, catalogue.policy.timeZone, language));
      const { free, reasons, staff } = explain({ catalogue, serviceIds, staffId, startsAt, now, busy });
      return {
        startsAt: new Date(startsAt).toISOString(),
        free,
        reasons: inWords(reasons),
        staff: staff.map(({ staffId, free, reasons }) => ({ staffId, free, reasons: inWords(reasons) })),
      };
    },
  );
};

/** `null` where nothing is to be moved. Throws a Problem: 401 or 403 without a token of the salon, 404 for another customer's booking. */
async function bookingToMove(
  context: Context,
  request: FastifyRequest,
  merchantId: string,
  bookingId: string | undefined,
): Promise<Moving | null> {
  if (bookingId === undefined) return null;
  const identity = authenticate(context.tokens, request);
  authorize(identity, merchantId, ['customer', 'merchant', 'admin'], request);
  return readMoving(context.primary, merchantId, bookingId, identity);
}

/** Whether the booking is there already, so that nothing would move. */
function isPresent({ staffId, startsAt }: Slot, moving: Moving | null, serviceIds: readonly string[]): boolean {
  return (
    moving?.startsAt === startsAt &&
    moving.visit.staffId === staffId &&
    moving.visit.serviceIds.join() === serviceIds.join()
  );
}

/** Throws a 400 Problem for what is not there. Services that nobody offers at present can be asked for, and have no slots. */
function requireKnown({
  catalogue,
  serviceIds,
  staffId,
}: Pick<Question, 'catalogue' | 'serviceIds' | 'staffId'>): void {
  const refusals = refusalsOf(catalogue, staffId, serviceIds);
  const refusal = refusals.find(({ code }) => staffId !== null || code === 'unknown_service');
  if (!refusal) return;
  const { field, message } = describeReason(refusal, catalogue.policy.timeZone);
  throw badField(refusal.code, `query.${field}`, field === 'staffId' ? staffId : serviceIds, message);
}

/** The customer of this salon who asks, if one does. */
function customerOf(identity: Identity | null, merchantId: string): string | null {
  return identity?.role === 'customer' && identity.merchantId === merchantId ? identity.userId : null;
}
