/** The platform admin's view across merchants: which salons there are, and a new one. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, requireRole } from '../auth/authentication';
import type { Context } from '../context';
import { CHANNEL_STATUSES, type ChannelStatus } from '../line/channel';
import { ProblemBody } from '../http/problem';
import { Id, Instant } from '../http/types';
import { SettingsBody } from './configuration';
import { newId } from './management';
import { checkTimeZone } from './setting-routes';

/** These functions alone may look across merchants; see migrations 0008 and 0016. */
const LIST_MERCHANTS = {
  name: 'platform-merchants',
  text: `SELECT m.id, m.name, m.time_zone, m.created_at, f.staff, f.services, f.customers, f.upcoming_bookings, f.recent_bookings,
           f.line_status
         FROM platform_merchants($1, $2, $3) m, platform_merchant_figures(m.id, $4) f ORDER BY m.id`,
};
const CREATE_MERCHANT = { name: 'create-merchant', text: 'SELECT create_merchant($1, $2, $3, $4) AS id' };

const MerchantBody = Type.Object(
  {
    id: Id,
    name: Type.String(),
    timeZone: Type.String(),
    createdAt: Instant,
    staff: Type.Integer({ description: 'Active ones, as of the services' }),
    services: Type.Integer(),
    customers: Type.Integer(),
    upcomingBookings: Type.Integer({ description: 'Pending and confirmed ones that have not begun' }),
    recentBookings: Type.Integer({ description: 'Visits of the last 30 days, those that did not come included' }),
    lineStatus: Type.Union([Type.Enum([...CHANNEL_STATUSES]), Type.Null()], {
      description: 'Of the salon’s own LINE channel; null: it has none',
    }),
  },
  { title: 'Merchant' },
);

interface MerchantRow {
  id: string;
  name: string;
  time_zone: string;
  created_at: Date;
  staff: number;
  services: number;
  customers: number;
  upcoming_bookings: number;
  recent_bookings: number;
  line_status: ChannelStatus | null;
}

const schema = { tags: ['platform'], security: [{ token: [] }] };

export const platformRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens, clock } = context;

  server.get(
    '/merchants',
    {
      schema: {
        ...schema,
        summary: 'List the salons of the platform, each in figures',
        querystring: Type.Object({
          search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name' })),
          after: Type.Optional(Type.String({ ...Id, description: 'nextAfter of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
        response: {
          200: Type.Object({ merchants: Type.Array(MerchantBody), nextAfter: Type.Union([Id, Type.Null()]) }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      requireRole(authenticate(tokens, request), ['admin'], request);
      const { search = null, after = '0', limit } = request.query;
      const { rows } = await primary.query<MerchantRow>({
        ...LIST_MERCHANTS,
        values: [search, after, limit + 1, new Date(clock())],
      });
      const shown = rows.slice(0, limit);
      return {
        merchants: shown.map((row) => ({
          id: row.id,
          name: row.name,
          timeZone: row.time_zone,
          createdAt: row.created_at.toISOString(),
          staff: row.staff,
          services: row.services,
          customers: row.customers,
          upcomingBookings: row.upcoming_bookings,
          recentBookings: row.recent_bookings,
          lineStatus: row.line_status,
        })),
        nextAfter: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      };
    },
  );

  server.post(
    '/merchants',
    {
      schema: {
        ...schema,
        summary: 'Add a salon',
        description: 'It has nothing yet: its services, staff and hours are set up next, and who may sign in.',
        body: Type.Object(
          { name: SettingsBody.properties.name, timeZone: Type.Optional(SettingsBody.properties.timeZone) },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ id: Id }), '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const identity = authenticate(tokens, request);
      requireRole(identity, ['admin'], request);
      const { name, timeZone = 'Asia/Taipei' } = request.body;
      const values = [name, checkTimeZone(timeZone), identity.userId, request.id];
      return reply.code(201).send({ id: newId(await primary.query({ ...CREATE_MERCHANT, values })) });
    },
  );
};
