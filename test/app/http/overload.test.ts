import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { HEALTH_PATH } from '../../../app/contract/api';
import { answerProblems } from '../../../app/http/errors';
import { shedLoad } from '../../../app/http/overload';

let server: FastifyInstance;
let finish: () => void;
let arrived: number;

beforeEach(() => {
  server = Fastify();
  arrived = 0;
  answerProblems(server);
  shedLoad(server, 2);
  const work = new Promise<string>((resolve) => (finish = () => resolve('done')));
  server.get('/slow', () => {
    arrived += 1;
    return work;
  });
  server.post('/slow', () => work);
  server.get(HEALTH_PATH, () => 'ok');
});
afterEach(() => server.close());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

test('beyond the limit requests are refused at once with the time to come back, until others are done', async () => {
  const accepted = [server.inject('/slow'), server.inject('/slow')];
  await until(() => arrived === 2);
  const refused = await server.inject('/slow');
  expect(refused.json()).toMatchObject({ status: 503, code: 'overloaded' });
  expect(refused.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
  finish();
  expect((await Promise.all(accepted)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect((await server.inject('/slow')).statusCode).toBe(200);
});

test('health is answered however full it is', async () => {
  const accepted = [server.inject('/slow'), server.inject('/slow')];
  await until(() => arrived === 2);
  expect((await server.inject(HEALTH_PATH)).statusCode).toBe(200);
  finish();
  await Promise.all(accepted);
});

test('a client that goes away before its answer makes room', async () => {
  await server.listen({ port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const clients = [1, 2].map(() => connect(port, '127.0.0.1'));
  for (const client of clients) client.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => arrived === 2);
  expect((await server.inject('/slow')).statusCode).toBe(503);
  for (const client of clients) client.destroy();
  await sleep(50);
  const answer = server.inject('/slow');
  await until(() => arrived === 3);
  finish();
  expect((await answer).statusCode).toBe(200);
});

test('who sends slowly keeps nobody out', async () => {
  await server.listen({ port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const slow = [1, 2, 3].map(() => connect(port, '127.0.0.1'));
  for (const client of slow)
    client.write('POST /slow HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
  await sleep(50);
  const answer = server.inject('/slow');
  await until(() => arrived === 1);
  finish();
  expect((await answer).statusCode).toBe(200);
  for (const client of slow) client.destroy();
});

test('an idle task accepts 200 at a time, one that answers quickly soon more', async () => {
  const busy = Fastify();
  answerProblems(busy);
  shedLoad(busy, 1_000);
  const work = new Promise<string>((resolve) => (finish = () => resolve('done')));
  busy.get('/', () => work);
  const burst = () => Promise.all(Array.from({ length: 250 }, () => busy.inject('/')));
  const accepted = async (answers: ReturnType<typeof burst>) =>
    (await answers).filter(({ statusCode }) => statusCode === 200).length;

  const idle = burst();
  await sleep(20);
  finish();
  expect(await accepted(idle)).toBe(200);
  const deadline = Date.now() + 10_000;
  while ((await accepted(burst())) < 250 && Date.now() < deadline) await sleep(1);
  expect(Date.now()).toBeLessThan(deadline);
  await busy.close();
});
