import Fastify, { type FastifyInstance } from 'fastify';
import { createTokens } from '../../../app/auth/tokens';
import { MemoryCache } from '../../../app/cache/memory-cache';
import { answerProblems } from '../../../app/http/errors';
import { limitRequests, type RateLimits } from '../../../app/http/rate-limit';

const tokens = createTokens('a key for tests that is long enough to sign with');
const bearer = (userId: string) => `Bearer ${tokens.sign({ role: 'customer', userId, merchantId: '1' }, 60)}`;

/** Two tasks that share one cache. */
function createTasks(limits: RateLimits): FastifyInstance[] {
  const cache = new MemoryCache();
  return [1, 2].map(() => {
    const server = Fastify();
    answerProblems(server);
    limitRequests(server, cache, tokens, limits);
    server.get('/', () => 'ok');
    return server;
  });
}

async function ask(
  tasks: FastifyInstance[],
  times: number,
  headers: Record<string, string> = {},
  remoteAddress = '10.0.0.1',
) {
  const answers = [];
  for (let time = 0; time < times; time++)
    answers.push(await (tasks[time % tasks.length] as FastifyInstance).inject({ url: '/', headers, remoteAddress }));
  return answers;
}

const passed = (answers: { statusCode: number }[]) => answers.filter(({ statusCode }) => statusCode === 200).length;

test('an identity is limited over all tasks, and told when to come back', async () => {
  const tasks = createTasks({ perIdentity: 100, perAddress: null });
  const answers = await ask(tasks, 150, { authorization: bearer('1') });
  // Each of the two tasks lets five pass before it asks the shared count.
  expect(passed(answers)).toBe(110);
  const refused = answers.at(-1);
  expect(refused?.json()).toMatchObject({ status: 429, code: 'rate_limited' });
  const seconds = Number(refused?.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(passed(await ask(tasks, 10, { authorization: bearer('2') }))).toBe(10);
});

test('an address is limited whoever asks, and others are not', async () => {
  const tasks = createTasks({ perIdentity: null, perAddress: 20 });
  expect(passed(await ask(tasks, 50))).toBe(22);
  expect(passed(await ask(tasks, 5, { authorization: bearer('1') }))).toBe(0);
  expect(passed(await ask(tasks, 5, {}, '10.0.0.2'))).toBe(5);
});

test('a forged token does not use up the limit of whom it names', async () => {
  const tasks = createTasks({ perIdentity: 20, perAddress: null });
  await ask(tasks, 50, { authorization: `${bearer('1')}x` });
  expect(passed(await ask(tasks, 5, { authorization: bearer('1') }))).toBe(5);
});

test('without limits nobody is counted', async () => {
  const tasks = createTasks({ perIdentity: null, perAddress: null });
  expect(passed(await ask(tasks, 200, { authorization: bearer('1') }))).toBe(200);
});
