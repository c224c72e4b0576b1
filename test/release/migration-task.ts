/**
 * The task that prepares the database for a release, as app/migrate.ts, with what a rehearsal hands it in place of AWS's secrets: the
 * target as JSON in REHEARSAL_DATABASE. Prints what came of it as JSON.
 */
import { prepareForRelease, type ReleaseDatabase } from '../../app/database/migrate-release';

async function main(): Promise<void> {
  const target: ReleaseDatabase = JSON.parse(process.env['REHEARSAL_DATABASE'] ?? '');
  try {
    console.log(JSON.stringify({ applied: await prepareForRelease(target), error: null }));
  } catch (error) {
    console.log(JSON.stringify({ applied: null, error: error instanceof Error ? error.message : String(error) }));
    process.exitCode = 1;
  }
}

void main();
