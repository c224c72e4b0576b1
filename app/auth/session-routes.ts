/** `POST sessions`: sign-in of salon staff and platform admins. Customers sign in with LINE. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Context } from '../context';
import { ProblemBody } from '../http/problem';
import { Id, Instant } from '../http/types';
import { MAX_PASSWORD_LENGTH } from './passwords';
import { signIn } from './sign-in';

const SessionBody = Type.Object(
  {
    token: Type.String({ description: 'For the Authorization header: Bearer <token>' }),
    expiresAt: Instant,
    role: Type.Enum(['merchant', 'admin']),
    userId: Id,
    merchantId: Type.Union([Id, Type.Null()], { description: 'The salon to act at; null for a platform admin' }),
  },
  { title: 'Session' },
);

export const sessionRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  server.post(
    '/sessions',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Sign in with login and password',
        description: 'After ten attempts within a quarter of an hour further ones are refused (429) until it is over.',
        body: Type.Object(
          {
            login: Type.String({ minLength: 3, maxLength: 100 }),
            password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH }),
          },
          { additionalProperties: false },
        ),
        response: { 201: SessionBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => reply.code(201).send(await signIn(context, request, request.body)),
  );
};
