/** A salon's accounts: who of its staff may sign in. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { recordAudit } from '../audit/audit';
import type { Context } from '../context';
import { asMerchant } from '../database/tenancy';
import { ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { changeAccount, createAccount, listAccounts, LOGIN, readAccount, requireAnotherAccount } from './accounts';
import { authenticate, authorize } from './authentication';
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './passwords';

const AccountBody = Type.Object(
  { id: Id, login: Type.String(), active: Type.Boolean(), createdAt: Instant },
  { title: 'Account' },
);

const Login = Type.String({
  pattern: LOGIN.source,
  description:
    '3 to 100 letters, digits and . _ @ + -, such as an e-mail address; unique on the platform, in any case of letters',
});

const Password = Type.String({ minLength: MIN_PASSWORD_LENGTH, maxLength: MAX_PASSWORD_LENGTH });

const schema = { tags: ['accounts'], security: [{ token: [] }] };

export const accountRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const { primary, tokens } = context;

  server.get(
    '/accounts',
    {
      schema: {
        ...schema,
        summary: 'List who may sign in',
        params: MerchantParams,
        response: { 200: Type.Object({ accounts: Type.Array(AccountBody) }), '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(tokens, request), merchantId, ['merchant', 'admin'], request);
      return { accounts: await asMerchant(primary, merchantId, (client) => listAccounts(client, merchantId)) };
    },
  );

  server.post(
    '/accounts',
    {
      schema: {
        ...schema,
        summary: 'Let somebody sign in',
        params: MerchantParams,
        body: Type.Object({ login: Login, password: Password }, { additionalProperties: false }),
        response: { 201: AccountBody, '4xx': ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      // It takes a fifth of a second, in which it would keep a connection from everybody else.
      const passwordHash = await hashPassword(request.body.password);
      const account = await asMerchant(primary, merchantId, async (client) => {
        const id = await createAccount(client, { merchantId, login: request.body.login, passwordHash });
        await recordAudit(client, {
          merchantId,
          identity,
          requestId: request.id,
          action: 'account.created',
          subjectId: id,
        });
        return readAccount(client, merchantId, id);
      });
      return reply.code(201).send(account);
    },
  );

  server.patch(
    '/accounts/:accountId',
    {
      schema: {
        ...schema,
        summary: 'Change a password, or close or reopen an account',
        description:
          'Tokens that the account was given before are refused from now on. The last account that is open is closed by a platform admin only.',
        params: Type.Object({ merchantId: Id, accountId: Id }),
        body: Type.Object(
          { password: Type.Optional(Password), active: Type.Optional(Type.Boolean()) },
          { additionalProperties: false, minProperties: 1 },
        ),
        response: { 200: AccountBody, '4xx': ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, accountId } = request.params;
      const identity = authenticate(tokens, request);
      authorize(identity, merchantId, ['merchant', 'admin'], request);
      const { password, active } = request.body;
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      return asMerchant(primary, merchantId, async (client) => {
        if (active === false && identity.role === 'merchant')
          await requireAnotherAccount(client, merchantId, accountId);
        const account = await changeAccount(client, merchantId, accountId, { passwordHash, active });
        const after = {
          ...(active === undefined ? {} : { active }),
          ...(password === undefined ? {} : { password: 'changed' }),
        };
        await recordAudit(client, {
          merchantId,
          identity,
          requestId: request.id,
          action: 'account.changed',
          subjectId: accountId,
          after,
        });
        return account;
      });
    },
  );
};
