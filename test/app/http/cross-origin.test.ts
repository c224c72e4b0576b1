import Fastify, { type FastifyInstance } from 'fastify';
import { allowSites } from '../../../app/http/cross-origin';

const SITE = 'https://book.example.com';

let server: FastifyInstance;
beforeAll(async () => {
  server = Fastify();
  await allowSites(server, [SITE]);
  server.get('/', () => 'ok');
});
afterAll(() => server.close());

const ask = async (method: 'GET' | 'OPTIONS', headers: Record<string, string>) =>
  (await server.inject({ method, url: '/', headers })).headers['access-control-allow-origin'];

test('pages of the sites may use the API, with their session; other pages may not', async () => {
  const preflight = { 'access-control-request-method': 'DELETE' };
  expect(await ask('GET', { origin: SITE })).toBe(SITE);
  expect(await ask('OPTIONS', { origin: SITE, ...preflight })).toBe(SITE);
  for (const origin of ['https://evil.example.com', `${SITE}.evil.example`, 'http://book.example.com', 'null']) {
    expect(await ask('GET', { origin })).toBeUndefined();
    expect(await ask('OPTIONS', { origin, ...preflight })).toBeUndefined();
  }
});

test('an OPTIONS that is no preflight is no error', async () => {
  const response = await server.inject({ method: 'OPTIONS', url: '/' });
  expect([response.statusCode, response.body]).toEqual([204, '']);
});
