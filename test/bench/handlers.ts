/** `npm run bench:handlers`, and part of `npm run bench`: what each bundled Lambda handler costs to load, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_VARIABLES } from '../../app/contract/environment';
import { buildLambdas } from '../../bin/build';
import { ROOT } from '../../bin/local/paths';
import { type Figure, median, report } from './figures';

const ROUNDS = 5;

/** Time of a processor, which other work on the machine does not lengthen; Lambda gives a function a whole core or more while it starts. */
const BUDGET_MS = 150;

const MEASURE =
  'const t = process.cpuUsage(); require(process.argv[1]); const { user, system } = process.cpuUsage(t); console.log((user + system) / 1000)';

/** Every variable that a handler may want when it loads; nothing is connected to. */
const environment = {
  PATH: process.env['PATH'],
  AWS_REGION: 'ap-northeast-1',
  ...Object.fromEntries(Object.values(ENVIRONMENT_VARIABLES).map((name) => [name, '1'])),
  [ENVIRONMENT_VARIABLES.databaseEngine]: 'postgresql',
};

export async function handlerFigures(): Promise<Figure[]> {
  const programs = (await buildLambdas()).filter((name) => existsSync(bundle(name)));
  return programs.map((name) => ({
    name: `${name}: CPU to load`,
    value: median(Array.from({ length: ROUNDS }, () => loadMs(bundle(name)))),
    unit: 'ms',
    target: { atMost: BUDGET_MS },
  }));
}

function bundle(name: string): string {
  return join(ROOT, 'dist/lambda', name, 'index.js');
}

function loadMs(program: string): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', MEASURE, program], {
    encoding: 'utf8',
    env: environment,
  });
  if (status !== 0) throw new Error(`${program} does not load: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}

async function main(): Promise<void> {
  if (!report(await handlerFigures())) process.exitCode = 1;
}

if (require.main === module) void main();
