/** Builds the programs that ship, with esbuild: `npm run build`, or `npm run build -- api` for the API alone. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { isUpToDate, recordInputs } from './build-record';

const ROOT = join(__dirname, '..');

const COMMON = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
  // An optional compiled driver of `pg`, which is not installed.
  external: ['pg-native'],
} satisfies BuildOptions;

/**
 * Bundles the API into `folder` and returns the path of the program, one JavaScript file with the migrations and the API's pages
 * beside it. The container has Node 24.
 */
export async function buildApi(folder = join(ROOT, 'dist/api')): Promise<string> {
  await build({
    ...COMMON,
    // The second one prepares the database for a release, from the same image.
    entryPoints: [join(ROOT, 'app/main.ts'), join(ROOT, 'app/migrate.ts')],
    outdir: join(folder, 'bin'),
    // `npm start` runs the same bundle on the oldest Node that this repository allows.
    target: 'node20.19',
    sourcemap: 'linked',
    // A stack names files and lines; what stands there is in the repository.
    sourcesContent: false,
  });
  cpSync(join(ROOT, 'app/database/migrations'), join(folder, 'bin/migrations'), { recursive: true });
  // @fastify/swagger-ui reads its logo from `./static` and serves `../static`, as seen from its code, which is now in the bundle.
  const files = join(dirname(require.resolve('@fastify/swagger-ui')), 'static');
  cpSync(join(files, 'logo.svg'), join(folder, 'bin/static/logo.svg'));
  cpSync(files, join(folder, 'static'), { recursive: true });
  return join(folder, 'bin/main.js');
}

/**
 * Bundles every `lambda/<group>/<task>/handler.ts` into `<folder>/<group>/<task>/index.js`, all in one go, and returns the tasks. A task that
 * is a container has a `main.ts` instead and becomes `main.js`, with its Dockerfile beside it. Does nothing when they are there already and no
 * source has changed since: every synth and estimate asks for them, and making them takes seconds.
 */
export async function buildLambdas(folder = join(ROOT, 'dist/lambda')): Promise<string[]> {
  const source = join(ROOT, 'lambda');
  const folders = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.split('/').length === 2,
  );
  const functions = folders.filter((path) => existsSync(join(source, path, 'handler.ts')));
  const containers = folders.filter((path) => existsSync(join(source, path, 'Dockerfile')));
  const tasks = [...functions, ...containers].toSorted();
  if (isUpToDate(folder, tasks)) return tasks;
  const { metafile } = await build({
    ...COMMON,
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: Object.fromEntries([
      ...functions.map((path) => [`${path}/index`, join(source, path, 'handler.ts')]),
      ...containers.map((path) => [`${path}/main`, join(source, path, 'main.ts')]),
    ]),
    outdir: folder,
    target: 'node24',
    minify: true,
    // Half the time to load of the packages' CommonJS builds, because what is not used can be left out.
    mainFields: ['module', 'main'],
  });
  for (const path of containers) cpSync(join(source, path, 'Dockerfile'), join(folder, path, 'Dockerfile'));
  recordInputs(folder, tasks, [
    ...Object.keys(metafile.inputs).map((path) => join(ROOT, path)),
    ...containers.map((path) => join(source, path, 'Dockerfile')),
    __filename,
  ]);
  return tasks;
}

if (require.main === module) {
  const [only] = process.argv.slice(2);
  void Promise.all([buildApi(), only === 'api' ? [] : buildLambdas()]).then(([program, tasks]) =>
    console.log([program, ...tasks.map((task) => join('dist/lambda', task))].join('\n')),
  );
}
