/** A load balancer on this machine: two listeners, whose traffic is shared between two target groups by weight. */
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTERNAL_PATHS, LOAD_BALANCER_IDLE_SECONDS } from '../../../app/contract/api';
import type { Measurements } from './measurements';

export type Listener = 'production' | 'test';

/** How long an answer of a target that is being taken out may take; the platform's is 20 s (lib/service/draining.ts). */
const DRAIN_MS = 10_000;

interface TargetGroup {
  ports: number[];
  underWay: number;
  next: number;
}

export class LoadBalancer {
  private readonly groups = new Map<string, TargetGroup>();
  /** Percent by target group, and what each has had too little of so far. */
  private readonly rules: Record<Listener, { weights: Map<string, number>; credit: Map<string, number> }>;
  private readonly servers: Record<Listener, Server>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });

  private constructor(
    targetGroups: readonly string[],
    private readonly measurements: Measurements,
  ) {
    for (const name of targetGroups) this.groups.set(name, { ports: [], underWay: 0, next: 0 });
    // As the stack declares them: all of it to the first.
    const rule = () => ({
      weights: new Map(targetGroups.map((name, index) => [name, index === 0 ? 100 : 0])),
      credit: new Map<string, number>(),
    });
    this.rules = { production: rule(), test: rule() };
    const server = (listener: Listener) => {
      const made = createServer((incoming, outgoing) => this.pass(listener, incoming, outgoing));
      // Clients keep connections as long: one that is closed as it is used would look like a failed request.
      made.keepAliveTimeout = LOAD_BALANCER_IDLE_SECONDS * 1000;
      return made.listen(0, '127.0.0.1');
    };
    this.servers = { production: server('production'), test: server('test') };
  }

  static async start(targetGroups: readonly string[], measurements: Measurements): Promise<LoadBalancer> {
    const balancer = new LoadBalancer(targetGroups, measurements);
    for (const server of Object.values(balancer.servers))
      if (!server.listening) await new Promise((listening) => server.once('listening', listening));
    return balancer;
  }

  url(listener: Listener): string {
    const { port } = this.servers[listener].address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  weights(listener: Listener): Record<string, number> {
    return Object.fromEntries(this.rules[listener].weights);
  }

  shift(listener: Listener, weights: Readonly<Record<string, number>>): void {
    for (const name of this.groups.keys()) this.rules[listener].weights.set(name, weights[name] ?? 0);
    this.rules[listener].credit.clear();
  }

  register(targetGroup: string, ports: readonly number[]): void {
    this.group(targetGroup).ports = [...ports];
  }

  targets(targetGroup: string): readonly number[] {
    return this.group(targetGroup).ports;
  }

  /** Sends the group nothing new, and resolves when what it works on is answered. */
  async drain(targetGroup: string): Promise<void> {
    const group = this.group(targetGroup);
    group.ports = [];
    for (const deadline = Date.now() + DRAIN_MS; group.underWay > 0 && Date.now() < deadline;) await sleep(20);
  }

  async stop(): Promise<void> {
    for (const server of Object.values(this.servers)) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
    this.agent.destroy();
  }

  private pass(listener: Listener, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const path = incoming.url ?? '/';
    if (INTERNAL_PATHS.some((internal) => path.startsWith(internal.replace('*', '')))) return answer(outgoing, 404);
    const name = this.choose(listener);
    const group = this.group(name);
    const port = group.ports[group.next++ % group.ports.length];
    if (port === undefined) {
      this.measurements.add({ targetGroup: name, status: 503, reached: false, seconds: 0, booked: false });
      return answer(outgoing, 503);
    }
    const began = performance.now();
    group.underWay += 1;
    let isOver = false;
    const over = (status: number, reached: boolean) => {
      if (isOver) return;
      isOver = true;
      group.underWay -= 1;
      const booked = incoming.method === 'POST' && path.endsWith('/bookings') && status === 201;
      const seconds = (performance.now() - began) / 1000;
      this.measurements.add({ targetGroup: name, status, reached, seconds, booked });
    };
    const { method, headers } = incoming;
    const onward = request({ agent: this.agent, port, path, method, headers }, (response) => {
      const status = response.statusCode ?? 502;
      outgoing.writeHead(status, response.headers);
      response.pipe(outgoing);
      response.on('close', () => over(status, true));
    });
    onward.on('error', () => {
      over(502, false);
      if (outgoing.headersSent) outgoing.destroy();
      else answer(outgoing, 502);
    });
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) onward.destroy();
    });
    incoming.pipe(onward);
  }

  /** In turn, and exactly by weight: chance would make one rehearsal differ from the next. */
  private choose(listener: Listener): string {
    const { weights, credit } = this.rules[listener];
    let chosen = '';
    for (const [name, weight] of weights) {
      if (weight === 0) continue;
      credit.set(name, (credit.get(name) ?? 0) + weight);
      if (chosen === '' || (credit.get(name) ?? 0) > (credit.get(chosen) ?? 0)) chosen = name;
    }
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    credit.set(chosen, (credit.get(chosen) ?? 0) - total);
    return chosen;
  }

  private group(name: string): TargetGroup {
    const group = this.groups.get(name);
    if (!group) throw new Error(`There is no target group ${name}`);
    return group;
  }
}

function answer(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain' }).end();
}
