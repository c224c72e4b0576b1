/** A platform whose alerts can be made real, in a process of its own: time runs sixty times as fast there, as in the exercise. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';

const ROOT = join(__dirname, '../../..');

export interface Announcement {
  url: string;
  login: string;
  password: string;
}

export class AlertPlatform {
  private constructor(
    private readonly child: ChildProcess,
    private readonly next: () => Promise<string>,
    private readonly announced: Announcement,
  ) {}

  static async start(): Promise<AlertPlatform> {
    const program = join(__dirname, 'alert-platform-process.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error('The platform of alerts ended by itself');
      return value;
    };
    const announced: Announcement = JSON.parse(await next());
    return new AlertPlatform(child, next, announced);
  }

  get login(): string {
    return this.announced.login;
  }

  get password(): string {
    return this.announced.password;
  }

  /** Breaks what an alert watches, or repairs it by the runbook's command. */
  async do(what: 'break' | 'repair'): Promise<void> {
    this.child.stdin?.write(`${what}\n`);
    const answer = await this.next();
    if (answer !== 'done') throw new Error(answer);
  }

  /** The site comes from the local platform, all that it asks of the API from this one. */
  async answerFor(page: Page): Promise<void> {
    await page.route('**/api/**', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: `${this.announced.url}${pathname}${search}` }) });
    });
  }

  async stop(): Promise<void> {
    const exited = new Promise((done) => this.child.once('exit', done));
    this.child.stdin?.end();
    await exited;
  }
}
