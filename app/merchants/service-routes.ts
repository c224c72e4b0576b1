/** The services of a salon, changed by its staff. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { type Change, changeConfiguration } from './change-configuration';
import { ServiceFields, type ServiceSettings } from './configuration';
import { ChangedBody, managementSchema, newId, serviceOf } from './management';
import { ADD_SERVICE, SET_SERVICE } from './statements';

const { name, durationMinutes, price, bufferBeforeMinutes, bufferAfterMinutes } = ServiceFields.properties;

const NewService = Type.Object(
  {
    name,
    durationMinutes,
    price,
    bufferBeforeMinutes: Type.Optional(bufferBeforeMinutes),
    bufferAfterMinutes: Type.Optional(bufferAfterMinutes),
  },
  { additionalProperties: false },
);

const part: Change['part'] = ({ services }, subjectId) => ({ ...services.find(({ id }) => id === subjectId) });

export const serviceRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.post(
    '/services',
    {
      schema: {
        ...managementSchema,
        summary: 'Offer a new service',
        params: MerchantParams,
        body: NewService,
        response: { 201: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const service = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0, ...request.body, active: true };
      const changed = await changeConfiguration(context, request, {
        merchantId,
        action: 'service.created',
        part,
        write: async (client) =>
          newId(await client.query({ ...ADD_SERVICE, values: [merchantId, ...columnsOf(service)] })),
      });
      return reply.code(201).send(changed);
    },
  );

  server.patch(
    '/services/:serviceId',
    {
      schema: {
        ...managementSchema,
        summary: 'Change a service, or offer it no longer',
        description: 'Bookings keep the length and price that were agreed.',
        params: Type.Object({ merchantId: Id, serviceId: Id }),
        body: Type.Partial(ServiceFields, { additionalProperties: false, minProperties: 1 }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, serviceId } = request.params;
      return changeConfiguration(context, request, {
        merchantId,
        action: 'service.changed',
        part,
        write: async (client, before) => {
          const changed = { ...serviceOf(before, serviceId), ...request.body };
          await client.query({ ...SET_SERVICE, values: [merchantId, serviceId, ...columnsOf(changed)] });
          return serviceId;
        },
      });
    },
  );
};

function columnsOf(service: ServiceSettings): unknown[] {
  const { name, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, price, active } = service;
  return [name, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, price, active];
}
