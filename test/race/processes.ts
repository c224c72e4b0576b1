/** The bundled API as several processes, which can be killed and started again in the middle of a race. */
import { join } from 'node:path';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { startApi, type ApiProcess } from '../../bin/local/api';
import { freePort } from '../../bin/local/postgres';

/** A connection that broke by a kill may be noticed so much after the process is back. */
const NOTICED_MS = 500;

interface Running {
  port: number;
  process: ApiProcess;
  /** It is told to end, or was: its end is no surprise. */
  ending: boolean;
}

interface Outage {
  port: number;
  /** By `performance.now()`; `Infinity` while it lasts. */
  until: number;
}

export class ApiProcesses {
  private readonly running = new Map<number, Running>();
  private readonly outages: Outage[] = [];
  /** Processes that ended though nobody ended them, with the reason. */
  readonly surprises: string[] = [];

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly settings: Record<string, string>,
    readonly ports: readonly number[],
  ) {}

  static async start(
    program: string,
    folder: string,
    settings: Record<string, string>,
    count: number,
  ): Promise<ApiProcesses> {
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const processes = new ApiProcesses(program, folder, settings, ports);
    await Promise.all(ports.map((port) => processes.startOn(port)));
    return processes;
  }

  /** SIGKILL: no request is finished, no connection closed in order. */
  async kill(port: number): Promise<void> {
    this.outages.push({ port, until: Infinity });
    const running = this.of(port);
    running.ending = true;
    process.kill(running.process.pid, 'SIGKILL');
    await running.process.exited;
  }

  /** Resolves when it answers again. */
  async restart(port: number): Promise<void> {
    await this.startOn(port);
    for (const outage of this.outages)
      if (outage.port === port) outage.until = Math.min(outage.until, performance.now() + NOTICED_MS);
  }

  /** Whether a request that was sent at `sent` (`performance.now()`) and not answered met a process that was killed. */
  wasKilled(port: number, sent: number): boolean {
    return this.outages.some((outage) => outage.port === port && outage.until > sent);
  }

  async stop(): Promise<void> {
    for (const running of this.running.values()) running.ending = true;
    await Promise.all([...this.running.values()].map(({ process: api }) => api.stop()));
  }

  private async startOn(port: number): Promise<void> {
    const env = { ...process.env, ...this.settings, [NAMES.port]: String(port) };
    const log = join(this.folder, `api-${port}-${this.outages.length}.log`);
    const api = await startApi(this.program, env, `http://127.0.0.1:${port}`, log);
    const running: Running = { port, process: api, ending: false };
    this.running.set(port, running);
    void this.watch(running);
  }

  private async watch(running: Running): Promise<void> {
    const reason = await running.process.exited;
    if (!running.ending) this.surprises.push(`the API on port ${running.port}: ${reason}`);
  }

  private of(port: number): Running {
    const running = this.running.get(port);
    if (!running) throw new Error(`No API was started on port ${port}`);
    return running;
  }
}
