/** `GET bookings/decisions`: why the salon's bookings were decided as they were. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import type { Context } from '../context';
import { languageOf } from '../http/language';
import { ProblemBody } from '../http/problem';
import { Id, MerchantParams } from '../http/types';
import { DECISION_OUTCOMES } from './decision';
import { InsightBody, listInsights, readInsight } from './read-insights';

const DecisionId = Type.String({ format: 'uuid' });

export const insightRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '/bookings/decisions',
    {
      schema: {
        tags: ['decisions'],
        summary: 'List booking decisions',
        description: 'Newest first, a page at a time; for salon staff. A decision shows a moment after its answer.',
        security: [{ token: [] }],
        params: MerchantParams,
        querystring: Type.Object({
          outcome: Type.Optional(Type.Enum([...DECISION_OUTCOMES])),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
          cursor: Type.Optional(Type.String({ format: 'uuid', description: 'nextCursor of the page before' })),
        }),
        response: {
          200: Type.Object({ decisions: Type.Array(InsightBody), nextCursor: Type.Union([DecisionId, Type.Null()]) }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(context.tokens, request), merchantId, ['merchant', 'admin'], request);
      return listInsights(context.primary, { merchantId, ...request.query }, languageOf(request));
    },
  );

  server.get(
    '/bookings/decisions/:decisionId',
    {
      schema: {
        tags: ['decisions'],
        summary: 'Why was it decided so?',
        description: 'The id is in the answer’s nailbook-decision-id header, and in the body of a refusal.',
        security: [{ token: [] }],
        params: Type.Object({ merchantId: Id, decisionId: DecisionId }),
        response: { 200: InsightBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, decisionId } = request.params;
      authorize(authenticate(context.tokens, request), merchantId, ['merchant', 'admin'], request);
      return readInsight(context.primary, merchantId, decisionId, languageOf(request));
    },
  );
};
