/** Images of the API for a rehearsal: the bundle that ships, under another version, with other migrations or spoilt. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildApi } from '../../bin/build';

export interface Image {
  /** Tag of the image. */
  version: string;
  /** Beside the migrations of the repository. */
  migration?: { name: string; sql: string };
  /** What faulty-api.cjs makes of the requests. */
  fault?: { errors?: number; slow?: number; everybody?: true };
}

export interface BuiltImage extends Image {
  /** The API. */
  program: string;
  /** The task that prepares the database. */
  migrate: string;
}

export class Images {
  private readonly built = new Map<string, BuiltImage>();

  private constructor(private readonly folder: string) {}

  /** Bundles the API once; every image is a copy of it, or itself. */
  static async build(folder: string): Promise<Images> {
    const base = join(folder, 'image');
    await Promise.all([
      buildApi(base),
      build({
        entryPoints: [join(__dirname, 'migration-task.ts')],
        outfile: join(base, 'bin/migration-task.js'),
        bundle: true,
        platform: 'node',
        format: 'cjs',
        logLevel: 'error',
        external: ['pg-native'],
      }),
    ]);
    return new Images(folder);
  }

  add(image: Image): BuiltImage {
    const base = join(this.folder, 'image');
    const folder = image.migration ? join(this.folder, `image-${image.version}`) : base;
    if (image.migration) {
      cpSync(base, folder, { recursive: true });
      writeFileSync(join(folder, 'bin/migrations', image.migration.name), image.migration.sql);
    }
    const built = {
      ...image,
      program: join(folder, 'bin/main.js'),
      migrate: join(folder, 'bin/migration-task.js'),
    };
    this.built.set(image.version, built);
    return built;
  }

  /** `nailbook/api:1.1.0`, as a task definition names it. */
  find(name: string | undefined): BuiltImage {
    const found = this.built.get(name?.split(':').at(-1) ?? '');
    if (!found) throw new Error(`There is no image ${name}`);
    return found;
  }
}
