/** What customers see of a salon before they choose: who it is, what it offers, and who does it. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { catalogueOf } from './catalogue-of';
import type { Week } from './catalogue';
import { WeeklySpan } from './spans';

const schema = { tags: ['salons'], params: MerchantParams };

const SalonBody = Type.Object(
  {
    id: Id,
    name: Type.String(),
    timeZone: Type.String({ description: 'IANA name' }),
    slotMinutes: Type.Integer(),
    minNoticeMinutes: Type.Integer(),
    horizonDays: Type.Integer(),
    cancelNoticeMinutes: Type.Integer(),
    openingHours: Type.Array(WeeklySpan),
  },
  { title: 'Salon' },
);

const Named = Type.Object({ id: Id, name: Type.String() }, { title: 'Named' });
const Duration = Type.Integer({ description: 'Minutes' });
const Price = Type.Integer({ description: 'Whole New Taiwan dollars' });

export const publicRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '',
    { schema: { ...schema, summary: 'Read a salon', response: { 200: SalonBody, '4xx': ProblemBody } } },
    async (request) => {
      const { merchantId, name, policy, openingHours } = await catalogueOf(context, request.params.merchantId);
      return { id: merchantId, name, ...policy, openingHours: toSpans(openingHours) };
    },
  );

  server.get(
    '/services',
    {
      schema: {
        ...schema,
        summary: 'List the services on offer',
        response: {
          200: Type.Object({
            services: Type.Array(
              Type.Object(
                { id: Id, name: Type.String(), durationMinutes: Duration, price: Price },
                { title: 'Service' },
              ),
            ),
          }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => ({ services: [...(await catalogueOf(context, request.params.merchantId)).services.values()] }),
  );

  server.get(
    '/staff',
    {
      schema: {
        ...schema,
        summary: 'List the staff and what each does',
        response: {
          200: Type.Object({
            staff: Type.Array(
              Type.Object(
                {
                  id: Id,
                  name: Type.String(),
                  services: Type.Array(Type.Object({ serviceId: Id, durationMinutes: Duration, price: Price })),
                },
                { title: 'StaffMember' },
              ),
            ),
          }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { staff } = await catalogueOf(context, request.params.merchantId);
      return {
        staff: [...staff.values()].map(({ id, name, offers }) => ({
          id,
          name,
          services: [...offers].map(([serviceId, { durationMinutes, price }]) => ({
            serviceId,
            durationMinutes,
            price,
          })),
        })),
      };
    },
  );

  server.get(
    '/retired',
    {
      schema: {
        ...schema,
        security: [{ token: [] }],
        summary: 'List the names of what can be booked no longer',
        description: 'For bookings from before, which still name it. Not for everybody: a staff member may have left.',
        response: { 200: Type.Object({ services: Type.Array(Named), staff: Type.Array(Named) }), '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(context.tokens, request), merchantId, ['customer', 'merchant', 'admin'], request);
      const { services, staff } = (await catalogueOf(context, merchantId)).retired;
      return { services: [...services], staff: [...staff] };
    },
  );
};

function toSpans(week: Week): WeeklySpan[] {
  return Object.entries(week).flatMap(([weekday, spans = []]) =>
    spans.map(({ from, to }) => ({ weekday: Number(weekday), from: toTime(from), to: toTime(to) })),
  );
}

/** Minutes after midnight as `HH:MM`. */
function toTime(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
