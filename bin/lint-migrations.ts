/** `npm run lint:migrations`: says which step of which migration is unsafe while the release before still runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MIGRATIONS_FOLDER } from '../app/database/migrate';
import { lintMigration } from './lint-migrations/lint';

export function lintFolder(folder = MIGRATIONS_FOLDER): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .flatMap((file) => {
      const path = join(folder, file);
      return lintMigration(readFileSync(path, 'utf8')).map(
        ({ rule, line, message }) => `${relative(process.cwd(), path)}:${line} ${rule}: ${message}`,
      );
    });
}

if (require.main === module) {
  const problems = lintFolder();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      `\n${problems.length} unsafe steps. Where one does no harm, say so before its statement: "-- Accepted <rule>: <why>".`,
    );
    process.exitCode = 1;
  } else console.log('Every migration is safe while the release before still runs, or says why it does no harm.');
}
