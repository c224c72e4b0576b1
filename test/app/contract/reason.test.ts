import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { reasonOf } from '../../../app/contract/reason';

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('an error says its message, or its name where it has none', () => {
  expect(reasonOf(new Error('no route to host'))).toBe('no route to host');
  expect(reasonOf(new TypeError(''))).toBe('TypeError');
  expect(reasonOf('thrown text')).toBe('thrown text');
});

test('a host that refuses at each of its addresses is given with the reasons, each once', () => {
  const refused = new Error('connect ECONNREFUSED ::1:1');
  expect(reasonOf(new AggregateError([refused, refused, new Error('connect ETIMEDOUT 127.0.0.1:1')]))).toBe(
    'connect ECONNREFUSED ::1:1, connect ETIMEDOUT 127.0.0.1:1',
  );
});

test('a request that is not answered says why, not only that it failed', async () => {
  const port = await closedPort();
  const error: unknown = await fetch(`http://127.0.0.1:${port}/`).catch((reason: unknown) => reason);
  expect(reasonOf(error)).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
});
