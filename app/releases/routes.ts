/** What was released, by whom, and how it was decided (requirement B6): for the platform's admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TSchema, Type } from 'typebox';
import { authenticate, requireRole } from '../auth/authentication';
import type { Context } from '../context';
import { RELEASE_HOOKS } from '../contract/release-names';
import type { ReleaseStore } from '../contract/release-record';
import { Problem, ProblemBody } from '../http/problem';
import { Instant } from '../http/types';

const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Text = Type.String();

const FiguresBody = Type.Object({
  requests: Type.Number(),
  errors: Type.Number({ description: 'Requests answered with 500 or more, or not at all' }),
  p95Seconds: orNull(Type.Number()),
  bookings: orNull(Type.Number({ description: 'null where the two sides cannot be told apart' })),
});

const MeasurementBody = Type.Object({
  at: Text,
  begunAt: Type.Optional(Type.String({ description: 'When the first of several calls was' })),
  hook: Type.Enum([...RELEASE_HOOKS]),
  stage: Type.String({ description: 'Stage of the deployment, as ECS names it' }),
  verdict: Type.Enum(['passed', 'waiting', 'failed']),
  summary: Text,
  comparison: Type.Optional(
    Type.Object({ since: Text, greenSharePercent: Type.Number(), green: FiguresBody, blue: FiguresBody }),
  ),
  checks: Type.Optional(
    Type.Array(Type.Object({ name: Text, passed: Type.Boolean(), detail: Text, milliseconds: Type.Number() })),
  ),
});

const ReleaseBody = Type.Object(
  {
    id: Type.String({ description: 'As `npx nailbook release why` takes it' }),
    environment: Text,
    deploymentArn: Text,
    version: orNull(Text),
    previousVersion: orNull(Text),
    taskDefinition: orNull(Text),
    previousTaskDefinition: orNull(Text),
    startedBy: orNull(Text),
    startedAt: Instant,
    endedAt: orNull(Instant),
    decision: Type.Enum(['under way', 'promoted', 'rolled back']),
    reason: Text,
    snapshot: orNull(Type.String({ description: 'Of the database, taken before its migrations' })),
    migration: orNull(Type.Object({ taskArn: orNull(Text), applied: orNull(Type.Array(Text)), error: orNull(Text) })),
    measurements: Type.Array(MeasurementBody),
  },
  { title: 'Release' },
);

interface ReleaseRoutes {
  context: Context;
  /** `null`: no releases are recorded here. */
  releases: ReleaseStore | null;
}

export const releaseRoutes: FastifyPluginAsyncTypebox<ReleaseRoutes> = async (server, { context, releases }) => {
  server.addHook('onRequest', async (request) =>
    requireRole(authenticate(context.tokens, request), ['admin'], request),
  );

  server.get(
    '/releases',
    {
      schema: {
        tags: ['operations'],
        security: [{ token: [] }],
        summary: 'What was released lately?',
        description: 'The newest first, with what each was decided on. None on a machine without AWS.',
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 100, default: 10 }) }),
        response: { 200: Type.Object({ releases: Type.Array(ReleaseBody) }), '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      try {
        return { releases: (await releases?.list(request.query.limit)) ?? [] };
      } catch (error) {
        request.log.warn({ err: error }, 'the records of releases could not be read');
        const detail = 'The records of releases cannot be read now: try again later';
        throw new Problem(503, 'releases_unavailable', detail, {}, { 'retry-after': '5' });
      }
    },
  );
};
