/** When a salon is open: its week, and the dates that differ from it. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ClientBase } from 'pg';
import { Type } from 'typebox';
import { localDayAt } from '../availability/local-day';
import type { Context } from '../context';
import { Problem, ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { changeConfiguration } from './change-configuration';
import { type Configuration, DateExceptionBody, type DateExceptionSettings } from './configuration';
import { ChangedBody, columnsOf, managementSchema } from './management';
import { checkSpans, WeeklySpans } from './spans';
import { ADD_DATE_EXCEPTION, ADD_OPENING_HOURS, REMOVE_DATE_EXCEPTION, REMOVE_OPENING_HOURS } from './statements';

/** A year's holidays, or a month of one member's days, in one request. */
const MAX_EXCEPTIONS = 100;

export const hourRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.put(
    '/opening-hours',
    {
      schema: {
        ...managementSchema,
        summary: 'Set when the salon is open',
        description: 'Takes the place of the whole week; a day without a span is closed.',
        params: MerchantParams,
        body: Type.Object({ spans: WeeklySpans }, { additionalProperties: false }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { spans } = request.body;
      checkSpans(spans, 'body.spans');
      return changeConfiguration(context, request, {
        merchantId,
        action: 'opening_hours.changed',
        part: ({ openingHours }) => ({ openingHours }),
        write: async (client) => {
          await client.query({ ...REMOVE_OPENING_HOURS, values: [merchantId] });
          await client.query({ ...ADD_OPENING_HOURS, values: [merchantId, ...columnsOf(spans)] });
          return merchantId;
        },
      });
    },
  );

  server.put(
    '/date-exceptions',
    {
      schema: {
        ...managementSchema,
        summary: 'Set dates that differ from the week',
        description:
          'Holidays, days off, longer or shorter days; of the salon or of one staff member. Other dates stay as they are.',
        params: MerchantParams,
        body: Type.Object(
          { dateExceptions: Type.Array(DateExceptionBody, { minItems: 1, maxItems: MAX_EXCEPTIONS }) },
          { additionalProperties: false },
        ),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      const { dateExceptions } = request.body;
      checkExceptions(dateExceptions);
      return changeConfiguration(context, request, {
        merchantId,
        action: 'date_exceptions.changed',
        part: exceptionsPart,
        write: async (client, before) => {
          requireKnownAndToCome(before, dateExceptions, context.clock());
          for (const exception of dateExceptions) await setException(client, merchantId, exception);
          return merchantId;
        },
      });
    },
  );

  server.delete(
    '/date-exceptions/:date',
    {
      schema: {
        ...managementSchema,
        summary: 'Let a date follow the week again',
        params: Type.Object({ merchantId: Id, date: Type.String({ format: 'date' }) }),
        querystring: Type.Object({ staffId: Type.Optional(Id) }),
        response: { 200: ChangedBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, date } = request.params;
      const { staffId = null } = request.query;
      return changeConfiguration(context, request, {
        merchantId,
        action: 'date_exceptions.changed',
        part: exceptionsPart,
        write: async (client) => {
          await client.query({ ...REMOVE_DATE_EXCEPTION, values: [merchantId, staffId, date] });
          return merchantId;
        },
      });
    },
  );
};

/** By whom and date, so that the audit log shows only those that differ. */
function exceptionsPart({ dateExceptions }: Configuration): Record<string, unknown> {
  return Object.fromEntries(dateExceptions.map((entry) => [`${entry.staffId ?? 'salon'} ${entry.date}`, entry.spans]));
}

async function setException(client: ClientBase, merchantId: string, exception: DateExceptionSettings): Promise<void> {
  const { staffId, date, spans, reason } = exception;
  const from = spans.length === 0 ? [null] : spans.map((span) => span.from);
  const to = spans.length === 0 ? [null] : spans.map((span) => span.to);
  await client.query({ ...REMOVE_DATE_EXCEPTION, values: [merchantId, staffId, date] });
  await client.query({ ...ADD_DATE_EXCEPTION, values: [merchantId, staffId, date, reason, from, to] });
}

/** Throws a 422 Problem that names every date that is over and every staff member whom the salon does not have. */
function requireKnownAndToCome(
  { settings, staff }: Configuration,
  exceptions: readonly DateExceptionSettings[],
  now: number,
): void {
  const today = localDayAt(settings.timeZone, now).date;
  const errors = exceptions.flatMap(({ staffId, date }, index) => {
    const field = `body.dateExceptions.${index}`;
    const isKnown = staffId === null || staff.some(({ id }) => id === staffId);
    return [
      ...(isKnown ? [] : [{ field: `${field}.staffId`, value: staffId, message: 'is no staff member of this salon' }]),
      ...(date >= today ? [] : [{ field: `${field}.date`, value: date, message: `is over: today is ${today}` }]),
    ];
  });
  if (errors.length === 0) return;
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new Problem(422, 'invalid_dates', detail, { errors });
}

/** Throws a 400 Problem for bad spans, or a date named twice for the same party. */
function checkExceptions(exceptions: readonly DateExceptionSettings[]): void {
  const seen = new Set<string>();
  exceptions.forEach(({ staffId, date, spans }, index) => {
    checkSpans(spans, `body.dateExceptions.${index}.spans`);
    const key = `${staffId} ${date}`;
    if (seen.has(key)) {
      const error = { field: `body.dateExceptions.${index}.date`, value: date, message: 'is named twice' };
      throw new Problem(400, 'invalid_dates', `${error.field} ${error.message}`, { errors: [error] });
    }
    seen.add(key);
  });
}
