/** The staff of a salon: who there is, what each does, and when they work. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Context } from '../context';
import { Problem, ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { type Change, changeConfiguration } from './change-configuration';
import { type Configuration, StaffFields, StaffOffer } from './configuration';
import { ChangedBody, columnsOf, managementSchema, newId, staffOf } from './management';
import { checkSpans, WeeklySpans } from './spans';
import {
  ADD_STAFF,
  ADD_STAFF_BREAKS,
  ADD_STAFF_HOURS,
  ADD_STAFF_SERVICES,
  REMOVE_STAFF_BREAKS,
  REMOVE_STAFF_HOURS,
  REMOVE_STAFF_SERVICES,
  SET_STAFF,
} from './statements';

const StaffParams = Type.Object({ merchantId: Id, staffId: Id });

/** Without the name, which is personal. */
const part: Change['part'] = ({ staff }, subjectId) => {
  const member = staff.find(({ id }) => id === subjectId);
  if (!member) return {};
  const { name: _name, ...rest } = member;
  return rest;
};

const WEEKLY = {
  hours: { summary: 'Set when a staff member works', remove: REMOVE_STAFF_HOURS, add: ADD_STAFF_HOURS },
  breaks: { summary: 'Set a staff member’s breaks', remove: REMOVE_STAFF_BREAKS, add: ADD_STAFF_BREAKS },
};

export const staffRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.post(
    '/staff',
    {
      schema: {
        ...managementSchema,
        summary: 'Add a staff member',
        description: 'Can be booked once services and hours are set.',
        params: MerchantParams,
        body: Type.Object({ name: StaffFields.properties.name }, { additionalProperties: false }),
        response: { 201: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const changed = await changeConfiguration(context, request, {
        merchantId,
        action: 'staff.created',
        part,
        write: async (client) =>
          newId(await client.query({ ...ADD_STAFF, values: [merchantId, request.body.name, true] })),
      });
      return reply.code(201).send(changed);
    },
  );

  server.patch(
    '/staff/:staffId',
    {
      schema: {
        ...managementSchema,
        summary: 'Rename or deactivate a staff member',
        params: StaffParams,
        body: Type.Partial(StaffFields, { additionalProperties: false, minProperties: 1 }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, staffId } = request.params;
      return changeConfiguration(context, request, {
        merchantId,
        action: 'staff.changed',
        part,
        write: async (client, before) => {
          const { name, active } = { ...staffOf(before, staffId), ...request.body };
          await client.query({ ...SET_STAFF, values: [merchantId, staffId, name, active] });
          return staffId;
        },
      });
    },
  );

  server.put(
    '/staff/:staffId/services',
    {
      schema: {
        ...managementSchema,
        summary: 'Set what a staff member does',
        description:
          'Takes the place of the whole list; each service with their own length and price, or the service’s.',
        params: StaffParams,
        body: Type.Object({ services: Type.Array(StaffOffer, { maxItems: 200 }) }, { additionalProperties: false }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, staffId } = request.params;
      const { services } = request.body;
      return changeConfiguration(context, request, {
        merchantId,
        action: 'staff.services_changed',
        part,
        write: async (client, before) => {
          staffOf(before, staffId);
          checkOffers(
            before,
            services.map(({ serviceId }) => serviceId),
          );
          await client.query({ ...REMOVE_STAFF_SERVICES, values: [merchantId, staffId] });
          const columns = [
            services.map(({ serviceId }) => serviceId),
            services.map(({ durationMinutes }) => durationMinutes),
            services.map(({ price }) => price),
          ];
          await client.query({ ...ADD_STAFF_SERVICES, values: [merchantId, staffId, ...columns] });
          return staffId;
        },
      });
    },
  );

  for (const [field, { summary, remove, add }] of Object.entries(WEEKLY)) {
    server.put(
      `/staff/:staffId/${field}`,
      {
        schema: {
          ...managementSchema,
          summary,
          description: 'Takes the place of the whole week.',
          params: StaffParams,
          body: Type.Object({ spans: WeeklySpans }, { additionalProperties: false }),
          response: { 200: ChangedBody, '4xx': ProblemBody },
        },
      },
      async (request) => {
        const { merchantId, staffId } = request.params;
        const { spans } = request.body;
        checkSpans(spans, 'body.spans');
        return changeConfiguration(context, request, {
          merchantId,
          action: `staff.${field}_changed`,
          part,
          write: async (client, before) => {
            staffOf(before, staffId);
            await client.query({ ...remove, values: [merchantId, staffId] });
            await client.query({ ...add, values: [merchantId, staffId, ...columnsOf(spans)] });
            return staffId;
          },
        });
      },
    );
  }
};

/** Throws a 400 Problem that names every service that the salon does not have, or that is named twice. */
function checkOffers({ services }: Configuration, serviceIds: readonly string[]): void {
  const errors = serviceIds.flatMap((value, index) => {
    const field = `body.services.${index}.serviceId`;
    if (!services.some(({ id }) => id === value)) return [{ field, value, message: 'is no service of this salon' }];
    return serviceIds.indexOf(value) < index ? [{ field, value, message: 'is named twice' }] : [];
  });
  if (errors.length === 0) return;
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new Problem(400, 'invalid_services', detail, { errors });
}
