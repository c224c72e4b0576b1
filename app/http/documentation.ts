/** The API's description: made from the routes' schemas, shown as a page, served as OpenAPI. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { DOCS_PATH, OPENAPI_PATH } from '../contract/api';

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
  });
  await server.register(swaggerUi, { routePrefix: DOCS_PATH });
  server.get(OPENAPI_PATH, { schema: { hide: true } }, () => server.swagger());
}
