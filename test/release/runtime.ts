/** Where the model's tasks really run: processes of the API behind the load balancer, and the task of the migrations. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, types } from 'node:util';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import type { ReleaseStore } from '../../app/contract/release-record';
import { SMOKE_TEST } from '../../app/contract/smoke-test';
import type { ReleaseDatabase } from '../../app/database/migrate-release';
import { startApi, type ApiProcess } from '../../bin/local/api';
import { freePort } from '../../bin/local/postgres';
import { roleUrl } from '../support/postgres';
import type { DataPlane, Revision } from './ecs/order';
import type { RunContainer } from './ecs/tasks';
import type { BuiltImage } from './images';
import { TOKEN_KEY } from './salon';
import type { LoadBalancer } from './traffic/load-balancer';

const runProgram = promisify(execFile);

const CREDENTIALS_KEY = Buffer.alloc(32, 1).toString('base64');
const MIGRATION_TIMEOUT_MS = 60_000;

/** Of each side. */
export const TASKS = 2;

export interface RuntimeOptions {
  balancer: LoadBalancer;
  /** Superuser's URL of the release's database. */
  databaseUrl: string;
  /** For logs. */
  folder: string;
  imageOf: (revision: Revision) => BuiltImage;
  /** Hears of every shift of production traffic, right after it. */
  shifted: (weights: Readonly<Record<string, number>>) => void;
}

export class Runtime implements DataPlane {
  private readonly running = new Map<string, ApiProcess[]>();

  constructor(private readonly options: RuntimeOptions) {}

  async scaleUp(revision: Revision): Promise<void> {
    const { balancer, imageOf } = this.options;
    const image = imageOf(revision);
    const ports = await Promise.all(Array.from({ length: TASKS }, freePort));
    this.running.set(revision.arn, await Promise.all(ports.map((port) => this.start(image, port))));
    balancer.register(revision.targetGroup, ports);
  }

  async scaleDown({ arn, targetGroup }: Revision): Promise<void> {
    const tasks = this.running.get(arn);
    if (!tasks) return;
    this.running.delete(arn);
    await this.options.balancer.drain(targetGroup);
    await Promise.all(tasks.map((task) => task.stop()));
  }

  shift(traffic: 'test' | 'production', weights: Readonly<Record<string, number>>): void {
    this.options.balancer.shift(traffic, weights);
    if (traffic === 'production') this.options.shifted(weights);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].flat().map((task) => task.stop()));
  }

  private start({ version, program, fault }: BuiltImage, port: number): Promise<ApiProcess> {
    const { databaseUrl, folder } = this.options;
    const env = {
      ...process.env,
      [NAMES.environment]: 'local',
      [NAMES.version]: version,
      [NAMES.host]: '127.0.0.1',
      [NAMES.port]: String(port),
      [NAMES.databaseUrl]: roleUrl(databaseUrl, 'api'),
      [NAMES.tokenKey]: TOKEN_KEY,
      [NAMES.credentialsKey]: CREDENTIALS_KEY,
      // Nobody listens there: a rehearsal sends nothing to LINE.
      [NAMES.lineApiUrl]: 'http://127.0.0.1:9',
      [NAMES.logLevel]: 'warn',
      ...(fault && {
        NODE_OPTIONS: `--require ${join(__dirname, 'faulty-api.cjs')}`,
        REHEARSAL_FAULT: JSON.stringify({ ...fault, spared: `/merchants/${SMOKE_TEST.merchantId}/` }),
      }),
    };
    return startApi(program, env, `http://127.0.0.1:${port}`, join(folder, `api-${version}-${port}.log`));
  }
}

/** Runs the migrations of an image, and completes the release's record as app/migrate.ts does. */
export function migrationRunner(
  images: { find: (name: string) => BuiltImage },
  database: ReleaseDatabase,
  store: ReleaseStore,
  releaseVariable: string,
): RunContainer {
  return async (name, _command, environment) => {
    const env = { ...process.env, REHEARSAL_DATABASE: JSON.stringify(database) };
    const { stdout, code } = await runProgram(process.execPath, [images.find(name).migrate], {
      env,
      timeout: MIGRATION_TIMEOUT_MS,
    }).then(
      ({ stdout: text }) => ({ stdout: text, code: 0 }),
      (error: unknown) => {
        if (types.isNativeError(error) && 'stdout' in error && typeof error.stdout === 'string')
          return { stdout: error.stdout, code: 1 };
        throw error;
      },
    );
    const result: { applied: string[] | null; error: string | null } = JSON.parse(
      stdout.trim().split('\n').at(-1) ?? '',
    );
    await store.change(environment[releaseVariable] ?? '', (record) => {
      if (!record) throw new Error('The release has no record');
      return { ...record, migration: { taskArn: record.migration?.taskArn ?? null, ...result } };
    });
    return code;
  };
}
