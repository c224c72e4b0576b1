/** Makes the folder of the local platform, and says whose it is when it cannot be used. */
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../app/contract/reason';

/** Throws an Error with the remedy. `uid` is this process's user. */
export function prepareFolder(folder: string, uid = process.getuid?.() ?? 0): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const place = existsSync(folder) ? statSync(folder) : undefined;
    throw new Error(
      place === undefined
        ? `This user may not make the folder ${folder}: ${reasonOf(error)}`
        : place.isDirectory()
          ? `This user may not write to ${folder}: start as user ${place.uid}, whose it is, or remove it`
          : `${folder} is a file, and the data belongs into a folder of that name: remove it, or name another folder`,
      { cause: error },
    );
  }
  const foreign = uid === 0 ? undefined : readdirSync(folder).find((name) => lstatSync(join(folder, name)).uid !== uid);
  if (foreign !== undefined) {
    const owner = lstatSync(join(folder, foreign)).uid;
    throw new Error(
      [
        `${join(folder, foreign)} belongs to user ${owner}, who has started the platform here before; this is user ${uid}.`,
        `  Take it over: sudo chown -R ${uid} ${folder}`,
        `  Or start afresh: sudo rm -r ${folder}`,
      ].join('\n'),
    );
  }
}
