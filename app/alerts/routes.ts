/**
 * What is wrong now and what was wrong before, for the platform's admins (requirement C6): below `/api/alerts`, which the load balancer
 * closes to the internet, and the same below `/api/v1/admin/alerts` for the admin site.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, type TSchema, Type } from 'typebox';
import { authenticate, requireRole } from '../auth/authentication';
import type { Context } from '../context';
import { SERVICE_LEVELS, type ServiceLevel } from '../contract/service-levels';
import { isPassing } from '../database/errors';
import { Problem, ProblemBody } from '../http/problem';
import { Instant } from '../http/types';
import type { AlertEngine } from './engine';
import type { Alert } from './judge';
import { describeValue, runbookOf } from './messages';
import { ACKNOWLEDGE, READ_ACTIVE_ALERTS, READ_ALERT_HISTORY, READ_ROUND } from './statements';

const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);

const AlertBody = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String({ description: 'Of the service level that is breached' }),
    severity: Type.Enum(['P0', 'P1', 'P2', 'P3']),
    status: Type.Enum(['firing', 'resolved']),
    value: Type.Number({ description: 'The newest value of what is measured' }),
    description: Type.String({ description: 'What broke, with the value in words' }),
    users: Type.String({ description: 'What users feel' }),
    runbook: Type.String({ description: 'The page that says what to do' }),
    breachedSince: Instant,
    firedAt: Instant,
    resolvedAt: orNull(Instant),
    explained: Type.Boolean({ description: 'Another alert is its cause, so nobody was told of this one' }),
    acknowledgedAt: orNull(Instant),
    acknowledgedBy: orNull(Type.String()),
  },
  { title: 'Alert' },
);

const RoundBody = Type.Object(
  { at: Instant, taskId: Type.String(), judgedMs: Type.Number({ description: 'Time to judge all levels' }) },
  { description: 'The last time that somebody judged: long ago means that an empty list says nothing' },
);

interface AlertRoutes {
  context: Context;
  /** `null`: this process takes no part in judging. */
  engine: AlertEngine | null;
}

const schema = { tags: ['operations'], security: [{ token: [] }] };

export const alertRoutes: FastifyPluginAsyncTypebox<AlertRoutes> = async (server, { context, engine }) => {
  const { primary, tokens, clock } = context;
  server.addHook('onRequest', async (request) => requireRole(authenticate(tokens, request), ['admin'], request));

  server.get(
    '/active',
    {
      schema: {
        ...schema,
        summary: 'What is wrong now?',
        description: 'While the database is away the task that judges answers from its memory.',
        response: {
          200: Type.Object({ alerts: Type.Array(AlertBody), lastRound: orNull(RoundBody) }),
          '4xx': ProblemBody,
          503: ProblemBody,
        },
      },
    },
    async () => {
      try {
        const alerts = await primary.query<Alert>(READ_ACTIVE_ALERTS);
        const round = await primary.query<{ at: Date; taskId: string; judgedMs: number }>(READ_ROUND);
        const [last] = round.rows;
        return {
          alerts: alerts.rows.map(toBody),
          lastRound: last ? { ...last, at: last.at.toISOString() } : null,
        };
      } catch (error) {
        const remembered = isPassing(error) ? engine?.active : null;
        if (!remembered) throw error;
        return { alerts: remembered.map(toBody), lastRound: null };
      }
    },
  );

  server.get(
    '/history',
    {
      schema: {
        ...schema,
        summary: 'What was wrong lately?',
        description: 'The newest first, those that are still active among them.',
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 200, default: 10 }) }),
        response: { 200: Type.Object({ alerts: Type.Array(AlertBody) }), '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { rows } = await primary.query<Alert>({ ...READ_ALERT_HISTORY, values: [request.query.limit] });
      return { alerts: rows.map(toBody) };
    },
  );

  server.post(
    '/:alertId/acknowledge',
    {
      schema: {
        ...schema,
        summary: 'Say that you look after an alert',
        description: 'The first to say so stays; repeating it changes nothing.',
        params: Type.Object({ alertId: Type.String({ format: 'uuid' }) }),
        response: { 200: AlertBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { userId } = authenticate(tokens, request);
      const values = [request.params.alertId, new Date(clock()), userId];
      const [alert] = (await primary.query<Alert>({ ...ACKNOWLEDGE, values })).rows;
      if (!alert) throw new Problem(404, 'alert_not_found', `There is no alert ${request.params.alertId}`);
      request.log.info({ metadata: { alert: alert.name, alert_id: alert.id } }, 'an alert was acknowledged');
      await engine?.acknowledged(alert);
      return toBody(alert);
    },
  );
};

function toBody(alert: Alert): Static<typeof AlertBody> {
  const { id, name, severity, value, breachedSince, firedAt, resolvedAt, toldAt, acknowledgedAt, acknowledgedBy } =
    alert;
  // A level may have been taken out since.
  const level: ServiceLevel | undefined = SERVICE_LEVELS.find((one) => one.name === name);
  return {
    id,
    name,
    severity,
    status: resolvedAt ? 'resolved' : 'firing',
    value,
    description: level ? `${level.broke}: ${describeValue(level, value)}` : '',
    users: level?.users ?? '',
    runbook: level ? runbookOf(level, null) : '',
    breachedSince: breachedSince.toISOString(),
    firedAt: (firedAt ?? breachedSince).toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
    explained: toldAt === null,
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy,
  };
}
