/**
 * `npm run drill`: restores for real, on this machine, and measures how much would be lost (RPO) and how long it takes (RTO). Exits with 1
 * when what was restored is not what was there. `npm run drill -- dump` runs one part; `--spoil` damages what was restored, to see it fail.
 */
import { logicalDump } from './logical-dump';
import { pointInTime } from './point-in-time';
import { print, seconds, type Result } from './results';
import { removeSource, startSource, type Source } from './source';
import { volume } from './volume';

const PARTS: Record<string, (source: Source, spoil: boolean) => Promise<Result>> = {
  dump: logicalDump,
  volume,
  'point-in-time': pointInTime, // loses its server: the last of each source
};

async function main(args: readonly string[]): Promise<void> {
  const spoil = args.includes('--spoil');
  const wanted = args.filter((arg) => arg !== '--spoil');
  const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is no part: allowed are ${Object.keys(PARTS).join(', ')}, and --spoil`);
  const started = Date.now();
  let problems = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const source = await startSource();
    try {
      const result = await part(source, spoil);
      print(result);
      problems += result.problems.length;
    } finally {
      await removeSource(source);
    }
  }
  console.log(
    `\n${problems === 0 ? 'Everything came back as it was' : `${problems} problems`} (${seconds(Date.now() - started)}).`,
  );
  if (problems > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
