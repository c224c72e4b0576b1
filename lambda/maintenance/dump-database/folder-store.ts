/** Dumps in a folder: for the local platform and for rehearsals. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DumpStore } from './store';

const UNFINISHED = '.unfinished';

export function folderStore(folder: string): DumpStore {
  const at = (key: string) => join(folder, key);
  return {
    write: async (key, content, signal) => {
      const unfinished = `${at(key)}${UNFINISHED}`;
      await mkdir(dirname(unfinished), { recursive: true });
      const file = createWriteStream(unfinished, { mode: 0o600 });
      try {
        await pipeline(content, file, { signal });
        await rename(unfinished, at(key));
      } catch (error) {
        // It may be opened, and so made, only after the content broke.
        if (!file.closed) await new Promise<void>((closed) => file.once('close', closed));
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    read: (key) =>
      existsSync(at(key))
        ? Promise.resolve(createReadStream(at(key)))
        : Promise.reject(new Error(`${at(key)} does not exist`)),
    copy: async (from, to) => {
      await mkdir(dirname(at(to)), { recursive: true });
      await copyFile(at(from), at(to));
    },
    list: async (prefix) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED));
      const objects = files.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size, mtime } = await stat(path);
        return { key: relative(folder, path), bytes: size, modifiedAt: mtime };
      });
      return (await Promise.all(objects)).filter(({ key }) => key.startsWith(prefix));
    },
    remove: async (keys) => {
      for (const key of keys) await rm(at(key), { force: true });
    },
  };
}
