import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitedClock } from '../clock';
import { LoadBalancer } from './load-balancer';
import { Measurements } from './measurements';

const clock = waitedClock();
let balancer: LoadBalancer;
let measurements: Measurements;
let servers: Server[];
/** Lets the slow answers go. */
let release: () => void;
let released: Promise<void>;

/** A target that answers with its name; `/slow` waits until it is released. */
async function target(name: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/slow') void released.then(() => response.end(name));
    else response.end(name);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((listening) => server.once('listening', listening));
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  servers = [];
  released = new Promise((resolve) => (release = resolve));
  measurements = new Measurements(clock);
  balancer = await LoadBalancer.start(['blue', 'green'], measurements);
  balancer.register('blue', [await target('blue')]);
  balancer.register('green', [await target('green')]);
});

afterEach(async () => {
  await balancer.stop();
  for (const server of servers) server.close();
});

async function answers(count: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const name = await (await fetch(`${balancer.url('production')}/`)).text();
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

test('the first group gets everything until the weights are moved, and then exactly what they say', async () => {
  expect(await answers(10)).toEqual({ blue: 10 });
  balancer.shift('production', { blue: 95, green: 5 });
  expect(await answers(40)).toEqual({ blue: 38, green: 2 });
  balancer.shift('production', { green: 100 });
  expect(await answers(10)).toEqual({ green: 10 });
});

test('the test listener has weights of its own', async () => {
  balancer.shift('test', { green: 100 });
  expect(await (await fetch(balancer.url('test'))).text()).toBe('green');
  expect(await answers(1)).toEqual({ blue: 1 });
});

test('a group that is drained gets nothing new, and its last answer arrives', async () => {
  const slow = fetch(`${balancer.url('production')}/slow`);
  await new Promise<void>((resolve) => servers[0]?.once('request', () => resolve()));
  let isDrained = false;
  const draining = balancer.drain('blue').then(() => (isDrained = true));
  expect((await fetch(balancer.url('production'))).status).toBe(503);
  expect(isDrained).toBe(false);
  release();
  expect(await (await slow).text()).toBe('blue');
  await draining;
});

test('what is internal is not to be seen, as on the real listeners', async () => {
  expect((await fetch(`${balancer.url('test')}/metrics`)).status).toBe(404);
});

test('every answer is measured for its group, a target that takes no connection too', async () => {
  await answers(2);
  servers[0]?.closeAllConnections();
  await new Promise((closed) => servers[0]?.close(closed));
  expect((await fetch(balancer.url('production'))).status).toBe(502);
  const [minute] = measurements.of('blue', 0, Infinity).values();
  expect(minute).toMatchObject({ requests: 3, failed: 0, unreached: 1 });
});
