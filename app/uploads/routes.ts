/** Pictures of nail designs: salon staff add and remove them, customers look at them. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authenticate, authorize } from '../auth/authentication';
import { isAwsError } from '../aws/errors';
import type { Context } from '../context';
import { Problem, ProblemBody } from '../http/problem';
import { Id, Instant, MerchantParams } from '../http/types';
import { beginUpload, CONTENT_TYPES, finishUpload, listUploads, MAX_BYTES, removeUpload } from './uploads';

const UploadBody = Type.Object(
  {
    id: Id,
    title: Type.String(),
    contentType: Type.String(),
    bytes: Type.Integer(),
    createdAt: Instant,
    url: Type.String({ description: 'Fetch the picture here within an hour' }),
  },
  { title: 'Upload' },
);

const UploadParams = Type.Object({ merchantId: Id, uploadId: Id });

const schema = { tags: ['uploads'], security: [{ token: [] }] };

export const uploadRoutes: FastifyPluginAsyncTypebox<{ context: Context }> = async (server, { context }) => {
  const staff = (request: FastifyRequest, merchantId: string) => {
    const identity = authenticate(context.tokens, request);
    authorize(identity, merchantId, ['merchant', 'admin'], request);
    return { merchantId, identity, requestId: request.id };
  };

  server.post(
    '/uploads',
    {
      schema: {
        ...schema,
        summary: 'Begin an upload',
        description: `Then post the file to \`url\` as multipart/form-data: all \`fields\` first, the file last, as \`file\`; S3 takes at most ${MAX_BYTES} bytes of the type named. Then finish the upload.`,
        params: MerchantParams,
        body: Type.Object(
          {
            contentType: Type.Enum([...CONTENT_TYPES]),
            title: Type.Optional(Type.String({ maxLength: 100 })),
          },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Object({
            id: Id,
            url: Type.String(),
            fields: Type.Record(Type.String(), Type.String()),
            expiresAt: Instant,
          }),
          '4xx': ProblemBody,
          503: ProblemBody,
        },
      },
    },
    async (request, reply) => {
      const upload = staff(request, request.params.merchantId);
      const { contentType, title = '' } = request.body;
      return reply.code(201).send(await orUnavailable(request, beginUpload(context, upload, { contentType, title })));
    },
  );

  server.post(
    '/uploads/:uploadId/finish',
    {
      schema: {
        ...schema,
        summary: 'Finish an upload whose file was sent',
        params: UploadParams,
        response: { 200: UploadBody, '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request) => {
      const { merchantId, uploadId } = request.params;
      staff(request, merchantId);
      return orUnavailable(request, finishUpload(context, merchantId, uploadId));
    },
  );

  server.get(
    '/uploads',
    {
      schema: {
        ...schema,
        summary: 'List the pictures',
        description: 'Newest first, a page at a time.',
        params: MerchantParams,
        querystring: Type.Object({
          before: Type.Optional(Type.String({ ...Id, description: 'nextBefore of the page before' })),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 30 }),
        }),
        response: {
          200: Type.Object({ uploads: Type.Array(UploadBody), nextBefore: Type.Union([Id, Type.Null()]) }),
          '4xx': ProblemBody,
          503: ProblemBody,
        },
      },
    },
    async (request) => {
      const { merchantId } = request.params;
      authorize(authenticate(context.tokens, request), merchantId, ['customer', 'merchant', 'admin'], request);
      return orUnavailable(request, listUploads(context, { merchantId, ...request.query }));
    },
  );

  server.delete(
    '/uploads/:uploadId',
    {
      schema: {
        ...schema,
        summary: 'Remove a picture',
        params: UploadParams,
        response: { 204: Type.Null(), '4xx': ProblemBody, 503: ProblemBody },
      },
    },
    async (request, reply) => {
      const { merchantId, uploadId } = request.params;
      await orUnavailable(request, removeUpload(context, staff(request, merchantId), uploadId));
      return reply.code(204).send(null);
    },
  );
};

/** S3 or its credentials being out of reach is nothing that the client did, and nothing that it can help. */
async function orUnavailable<T>(request: FastifyRequest, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    request.log.error({ err: error }, 'S3 did not answer as expected');
    const detail = 'Files cannot be reached just now: try again in a moment';
    throw new Problem(503, 'uploads_unavailable', detail, {}, { 'retry-after': '5' });
  }
}
