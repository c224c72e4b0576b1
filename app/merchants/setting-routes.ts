/** What a salon has set up: read as a whole, and its general settings changed. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { badField, ProblemBody } from '../http/problem';
import { MerchantParams } from '../http/types';
import { changeConfiguration, configurationOf } from './change-configuration';
import { ConfigurationBody, type Settings, SettingsBody } from './configuration';
import { ChangedBody, managementSchema } from './management';
import { SET_SETTINGS } from './statements';
import { knownTimeZone } from './time-zone';

export const settingRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '/configuration',
    {
      schema: {
        ...managementSchema,
        summary: 'Read everything that is set up',
        params: MerchantParams,
        response: { 200: ConfigurationBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(context.tokens, request), merchantId, ['merchant', 'admin'], request);
      return asMerchant(context.primary, merchantId, (client) => configurationOf(client, merchantId, context.clock()));
    },
  );

  server.patch(
    '/settings',
    {
      schema: {
        ...managementSchema,
        summary: 'Change the salon’s settings',
        params: MerchantParams,
        body: Type.Partial(SettingsBody, { additionalProperties: false, minProperties: 1 }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { timeZone: zone, ...others } = request.body;
      const timeZone = zone === undefined ? undefined : checkTimeZone(zone);
      return changeConfiguration(context, request, {
        merchantId,
        action: 'settings.changed',
        part: ({ settings }) => settings,
        write: async (client, { settings }) => {
          const changed = { ...settings, ...others, ...(timeZone === undefined ? {} : { timeZone }) };
          await client.query({ ...SET_SETTINGS, values: [merchantId, ...columnsOf(changed)] });
          return merchantId;
        },
      });
    },
  );
};

/** The zone under its right name; throws a 400 Problem when there is none. */
export function checkTimeZone(name: string): string {
  const timeZone = knownTimeZone(name);
  if (timeZone === null)
    throw badField('unknown_time_zone', 'body.timeZone', name, 'must be an IANA time zone, such as Asia/Taipei');
  return timeZone;
}

function columnsOf(settings: Settings): unknown[] {
  return [
    settings.name,
    settings.timeZone,
    settings.language,
    settings.slotMinutes,
    settings.minNoticeMinutes,
    settings.horizonDays,
    settings.cancelNoticeMinutes,
    settings.holdMinutes,
    settings.maxUpcomingPerCustomer,
    settings.confirmsAutomatically,
    settings.reminderMinutes,
    settings.offerMinutes,
  ];
}
