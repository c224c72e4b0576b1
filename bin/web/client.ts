/** `npm run web:client`: writes the types of the sites' API client from the API's own description. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeApi } from './describe-api';
import { nameSchemas } from './name-schemas';

export const SCHEMA_FILE = join(__dirname, '../../web/shared/api/schema.d.ts');

/** Fetched for the occasion: it works on TypeScript 5's compiler, which cannot be installed beside the one of this repository. */
const GENERATOR = ['--package', 'openapi-typescript@7.13.0', '--package', 'typescript@5.9.3'];

/** A type for each named shape; a member with a default may be left out. */
const OPTIONS = ['--root-types', '--root-types-no-schema-prefix', '--default-non-nullable=false'];

/** Heads the file, by which a test knows without the generator whether it is still true. */
export function fingerprint(description: object): string {
  return `// Made by "npm run web:client" from the API's description ${createHash('sha256').update(JSON.stringify(description)).digest('hex').slice(0, 16)}`;
}

async function main(): Promise<void> {
  const description = nameSchemas(await describeApi());
  const folder = await mkdtemp(join(tmpdir(), 'nailbook-client-'));
  try {
    const source = join(folder, 'openapi.json');
    const target = join(folder, 'schema.d.ts');
    await writeFile(source, JSON.stringify(description));
    await promisify(execFile)('npx', ['--yes', ...GENERATOR, 'openapi-typescript', source, '-o', target, ...OPTIONS]);
    await writeFile(SCHEMA_FILE, `${fingerprint(description)}\n${await readFile(target, 'utf8')}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (require.main === module) void main();
