/** Builds the programs that ship, with esbuild: `npm run build`. */
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..');

/** Bundles the API into `folder` and returns the path of the program, one JavaScript file. The container has Node 24. */
export async function buildApi(folder = join(ROOT, 'dist/api')): Promise<string> {
  const program = join(folder, 'bin/main.js');
  await build({
    entryPoints: [join(ROOT, 'app/main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // `npm start` runs the same bundle on the oldest Node that this repository allows.
    target: 'node20.19',
    sourcemap: 'linked',
    logLevel: 'error',
    // An optional compiled driver of `pg`, which is not installed.
    external: ['pg-native'],
  });
  // @fastify/swagger-ui reads its logo from `./static` and serves `../static`, as seen from its code, which is now in the bundle.
  const files = join(dirname(require.resolve('@fastify/swagger-ui')), 'static');
  cpSync(join(files, 'logo.svg'), join(folder, 'bin/static/logo.svg'));
  cpSync(files, join(folder, 'static'), { recursive: true });
  return program;
}

if (require.main === module) {
  void buildApi().then((program) => console.log(program));
}
