/** A salon's messages over HTTP: what became of each, in which language they are, and when customers are reminded. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { recordAudit } from '../audit/audit';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { asMerchant, queryAsMerchant } from '../database/tenancy';
import { Problem, ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { LANGUAGES, type Language } from './language';
import { listNotifications, NOTIFICATION_STATUSES, NotificationBody } from './notification-log';

const SettingsBody = Type.Object(
  {
    language: Type.Enum([...LANGUAGES], { description: 'Of messages to customers who chose none' }),
    reminderMinutes: Type.Array(Type.Integer({ minimum: 15, maximum: 20160 }), {
      maxItems: 4,
      uniqueItems: true,
      description:
        'How long before a visit to remind of it; empty is never. 1440 and 120 unless the salon says otherwise',
    }),
  },
  { additionalProperties: false, title: 'NotificationSettings' },
);

interface SettingsRow {
  language: Language;
  reminder_minutes: number[];
}

const READ_SETTINGS = {
  name: 'read-notification-settings',
  text: 'SELECT language, reminder_minutes FROM merchants WHERE id = $1',
};

const WRITE_SETTINGS = {
  name: 'write-notification-settings',
  text: 'UPDATE merchants SET language = $2, reminder_minutes = $3 WHERE id = $1',
};

export const notificationRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens } = context;

  server.get(
    '/notifications',
    {
      schema: {
        tags: ['notifications'],
        summary: 'List what became of messages to customers',
        description: 'Newest first. A message shows here once it was tried; reminders when they fall due.',
        security: [{ token: [] }],
        params: MerchantParams,
        querystring: Type.Object({
          status: Type.Optional(Type.Enum([...NOTIFICATION_STATUSES])),
          bookingId: Type.Optional(Id),
          before: Type.Optional(Type.String({ ...Id, description: 'Id of the last one of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
        response: { 200: Type.Object({ notifications: Type.Array(NotificationBody) }), '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(tokens, request), merchantId, ['merchant', 'admin'], request);
      return { notifications: await listNotifications(primary, { merchantId, ...request.query }) };
    },
  );

  server.get(
    '/notifications/settings',
    {
      schema: {
        tags: ['notifications'],
        summary: 'Read when and how customers are told',
        security: [{ token: [] }],
        params: MerchantParams,
        response: { 200: SettingsBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(tokens, request), merchantId, ['merchant', 'admin'], request);
      const query = { ...READ_SETTINGS, values: [merchantId] };
      return toSettings(merchantId, (await queryAsMerchant<SettingsRow>(primary, merchantId, query)).rows[0]);
    },
  );

  server.put(
    '/notifications/settings',
    {
      schema: {
        tags: ['notifications'],
        summary: 'Set when and how customers are told',
        description: 'For reminders that fall due from now on.',
        security: [{ token: [] }],
        params: MerchantParams,
        body: SettingsBody,
        response: { 200: SettingsBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      const after = request.body;
      await asMerchant(primary, merchantId, async (client) => {
        const { rows } = await client.query<SettingsRow>({ ...READ_SETTINGS, values: [merchantId] });
        const before = toSettings(merchantId, rows[0]);
        await client.query({ ...WRITE_SETTINGS, values: [merchantId, after.language, after.reminderMinutes] });
        const audit = { merchantId, identity, requestId: request.id, action: 'notifications.settings_changed' };
        await recordAudit(client, { ...audit, subjectId: merchantId, before, after });
      });
      return after;
    },
  );
};

function toSettings(
  merchantId: string,
  row: SettingsRow | undefined,
): { language: Language; reminderMinutes: number[] } {
  if (!row) throw new Problem(404, 'merchant_unknown', `There is no merchant ${merchantId}`);
  return { language: row.language, reminderMinutes: row.reminder_minutes };
}
