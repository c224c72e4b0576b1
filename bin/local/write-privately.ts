/** Writes files that hold secrets. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Only this user may read the file (mode 600), and a reader sees the old text or the new one, never half of it. */
export function writePrivately(file: string, text: string): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}
