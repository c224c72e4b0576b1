/** `/health` for the load balancer, `/api/health` for people and programs that want to know what is wrong. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { COMPONENT_HEALTH_PATH, HEALTH_PATH } from '../contract/api';
import { checkComponents, type Component, type Health } from './components';

const Status = Type.Union([Type.Literal('healthy'), Type.Literal('degraded'), Type.Literal('unhealthy')]);

const ComponentsBody = Type.Object({
  status: Status,
  version: Type.String(),
  uptime_seconds: Type.Integer(),
  timestamp: Type.String({ format: 'date-time' }),
  components: Type.Record(
    Type.String(),
    Type.Object({
      status: Status,
      last_check: Type.String({ format: 'date-time' }),
      response_time_ms: Type.Number(),
      error_message: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export interface HealthOptions {
  version: string;
  components: Record<string, Component>;
}

/** Anybody may ask, and however many do at a time, the components are asked once: one connection each, also while they hang. */
function sharedCheck(components: Record<string, Component>): () => Promise<Health> {
  let underWay: Promise<Health> | undefined;
  return () => (underWay ??= checkComponents(components).finally(() => (underWay = undefined)));
}

export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (server, { version, components }) => {
  const check = sharedCheck(components);
  server.get(
    HEALTH_PATH,
    {
      schema: {
        tags: ['operations'],
        summary: 'Is this task alive?',
        description:
          'Touches no dependency: a database that is away must not make the load balancer replace every task.',
        response: { 200: Type.Object({ status: Type.Literal('ok'), timestamp: Type.String({ format: 'date-time' }) }) },
      },
    },
    () => ({ status: 'ok' as const, timestamp: new Date().toISOString() }),
  );

  server.get(
    COMPONENT_HEALTH_PATH,
    {
      schema: {
        tags: ['operations'],
        summary: 'How is each component?',
        description: 'Unhealthy (503) without the database; degraded (200) without what the platform can do without.',
        response: { 200: ComponentsBody, 503: ComponentsBody },
      },
    },
    async (_request, reply) => {
      const health = await check();
      return reply.code(health.status === 'unhealthy' ? 503 : 200).send({
        ...health,
        version,
        uptime_seconds: Math.floor(process.uptime()),
        timestamp: new Date().toISOString(),
      });
    },
  );
};
