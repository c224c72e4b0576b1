/** The API's description: made from the routes' schemas, shown as a page, served as OpenAPI. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { DOCS_PATH, OPENAPI_PATH } from '../contract/api';
import { PROBLEM_MEDIA_TYPE, PROBLEM_TITLE } from './problem';

/** Registered before the routes, which it listens to. */
export async function documentRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nailbook booking API',
        version,
        description: 'Bookings of nail salons on LINE. Errors are problem details (RFC 9457) with a stable `code`.',
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('The description is OpenAPI');
      nameProblems(document.openapiObject.paths ?? {});
      return document.openapiObject;
    },
  });
  await server.register(swaggerUi, { routePrefix: DOCS_PATH });
  server.get(OPENAPI_PATH, { schema: { hide: true } }, () => server.swagger());
}

interface Response {
  content?: Record<string, { schema?: { title?: string; allOf?: { title?: string }[] } }>;
}

/** Problems travel under a media type of their own; routes declare only their shape. */
function nameProblems(paths: object): void {
  const described: Record<string, { responses: Record<string, Response> }>[] = Object.values(paths);
  for (const methods of described) {
    for (const { responses } of Object.values(methods)) {
      for (const response of Object.values(responses)) {
        const json = response.content?.['application/json'];
        const titles = [json?.schema, ...(json?.schema?.allOf ?? [])].map((schema) => schema?.title);
        if (json && titles.includes(PROBLEM_TITLE)) response.content = { [PROBLEM_MEDIA_TYPE]: json };
      }
    }
  }
}
