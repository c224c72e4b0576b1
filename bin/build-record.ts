/** Remembers beside a build what it was made of, so that it is made again only when one of those files has changed. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Size and time of change of each file that was read, by its path. */
interface BuildRecord {
  outputs: string[];
  inputs: Record<string, string>;
}

const recordFile = (folder: string) => join(folder, 'build-record.json');

/** Whether `folder` holds these outputs, made of files that have not changed since. */
export function isUpToDate(folder: string, outputs: string[]): boolean {
  if (!existsSync(recordFile(folder))) return false;
  const record: BuildRecord = JSON.parse(readFileSync(recordFile(folder), 'utf8'));
  return (
    JSON.stringify(record.outputs) === JSON.stringify(outputs) &&
    outputs.every((output) => existsSync(join(folder, output))) &&
    Object.entries(record.inputs).every(([path, version]) => versionOf(path) === version)
  );
}

/** To be called when the build is complete: a build that was cut short has no record and is made again. */
export function recordInputs(folder: string, outputs: string[], paths: string[]): void {
  const inputs = Object.fromEntries(paths.map((path) => [path, versionOf(path)]));
  const unfinished = `${recordFile(folder)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ outputs, inputs }));
  renameSync(unfinished, recordFile(folder));
}

function versionOf(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined ? 'none' : `${file.size} ${file.mtimeMs}`;
}
