/** `GET salons`: which salons there are to book at, for customers who have not come by a salon's own link. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Context } from '../context';
import { SMOKE_TEST } from '../contract/smoke-test';
import { ProblemBody } from '../http/problem';
import { Id } from '../http/types';

const MAX_SEARCH = 100;

/** May look across merchants; see migration 0008. Of what it returns, the name alone is public. */
const LIST_SALONS = { name: 'list-salons', text: 'SELECT id, name FROM platform_merchants($1, $2, $3)' };

export const salonListRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.get(
    '/salons',
    {
      schema: {
        tags: ['salons'],
        summary: 'List the salons',
        querystring: Type.Object({
          search: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_SEARCH, description: 'Part of the name' })),
          after: Type.Optional(Type.String({ ...Id, description: 'nextAfter of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
        }),
        response: {
          200: Type.Object({
            salons: Type.Array(Type.Object({ id: Id, name: Type.String() }, { title: 'SalonName' })),
            nextAfter: Type.Union([Id, Type.Null()]),
          }),
          '4xx': ProblemBody,
        },
      },
    },
    async (request) => {
      const { search = null, after = '0', limit } = request.query;
      const { rows } = await context.primary.query<{ id: string; name: string }>({
        ...LIST_SALONS,
        values: [search, after, limit + 1],
      });
      // The one for trying releases takes no customers.
      const open = rows.filter(({ id }) => id !== SMOKE_TEST.merchantId);
      const salons = open.slice(0, limit);
      return { salons, nextAfter: open.length > limit ? (salons.at(-1)?.id ?? null) : null };
    },
  );
};
