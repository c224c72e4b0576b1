/** The API's own description (OpenAPI), without a database: the routes are asked, not the data. */
import { createPool } from '../../app/database/pool';
import { localDataKeys } from '../../app/line/credentials';
import { createLogger } from '../../app/logging';
import { buildServer } from '../../app/server';

/** Nothing listens there. */
const NOWHERE = '127.0.0.1:9';

export async function describeApi(): Promise<object> {
  const primary = createPool(
    { login: { url: `postgresql://${NOWHERE}/none` }, applicationName: 'description', size: 1, overflow: 0 },
    () => undefined,
  );
  const server = await buildServer({
    primary,
    tokenKey: 'signs nothing, since nobody signs in to a description',
    line: {
      apiUrl: `http://${NOWHERE}`,
      dataKeys: localDataKeys(Buffer.alloc(32)),
      platformChannel: null,
      runWorkers: false,
    },
    logger: createLogger({ level: 'silent', version: 'description', environment: 'local' }),
    // The same whatever is released, so that the types change with the routes alone.
    version: 'current',
  });
  try {
    await server.ready();
    return server.swagger();
  } finally {
    await server.close();
    await primary.end();
  }
}
