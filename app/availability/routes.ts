/** `GET availability`: the free slots of a range. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { bearerIdentity } from '../auth/authentication';
import { identityKey } from '../auth/tokens';
import type { Context } from '../context';
import { badField, Problem } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { readBusy } from './busy';
import { describeReason } from './reason-text';
import { SlotBody, slotBody } from './slot-body';
import { freeSlots, staffAsked } from './slots';
import { visitOf } from './visit';

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
});

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
        response: { 200: Type.Object({ slots: Type.Array(SlotBody) }) },
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
      const catalogue = await context.catalogues.get(merchantId);
      if (!catalogue) throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);

      const staff = staffAsked({ catalogue, staffId }).map(({ id }) => id);
      const visits = (staffId === null ? staff : [staffId]).map((id) => visitOf(catalogue, id, serviceIds));
      if (staffId !== null || serviceIds.some((id) => !catalogue.services.has(id))) {
        const refusal = visits.flatMap((visit) => (visit.ok ? [] : visit.refusals))[0];
        if (refusal) {
          const { field, message } = describeReason(refusal, catalogue.policy.timeZone);
          throw badField(refusal.code, `query.${field}`, request.query[field as 'staffId'], message);
        }
      }
      const able = staff.filter((_id, index) => visits[index]?.ok);
      const now = context.clock();
      const identity = bearerIdentity(context.tokens, request);
      const busy = await context.reads.read(identity && identityKey(identity), (pool) =>
        readBusy(pool, merchantId, able, range, now),
      );
      return {
        slots: freeSlots({ catalogue, serviceIds, staffId, ...range, now, busy }).map(slotBody),
      };
    },
  );
};
