/** `nailbook diagnose <what>`: carries out the checks of a runbook and says in plain words what it found and what to do next. */
import { Argument, Command, InvalidArgumentError } from 'commander';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { unreachable } from '../../lambda/maintenance/diagnose/database';
import {
  diagnose,
  DIAGNOSES,
  type DiagnosisName,
  type DiagnosisRequest,
  isAway,
  LONG_SECONDS,
} from '../../lambda/maintenance/diagnose/diagnose';
import { type Diagnosis, showFinding } from '../../lambda/maintenance/diagnose/finding';
import { answering, databaseUrl } from './database';
import { environmentName, whereOption } from './environment';
import { printJson, type Terminal } from './terminal';

interface Options {
  environment: string;
  json?: true;
  seconds?: number;
  minutes: number;
  poolLimit: number;
}

export function diagnoseCommand(terminal: Terminal): Command {
  const names = Object.keys(DIAGNOSES);
  return new Command('diagnose')
    .description('run the checks of a runbook and say what is wrong and what to do next')
    .addArgument(new Argument('<what>', 'what to examine').choices(names))
    .addOption(whereOption())
    .option('--minutes <n>', 'how far to look back (overlap, line)', positive, 60)
    .option(
      '--seconds <n>',
      `what counts as long (pool: ${LONG_SECONDS.pool}, database: ${LONG_SECONDS.database})`,
      positive,
    )
    .option('--pool-limit <n>', 'connections that the pool of one task may open (pool)', positive, 30)
    .option('--json', 'print the findings and figures as an object')
    .addHelpText(
      'after',
      `
${Object.entries(DIAGNOSES)
  .map(([name, { asks }]) => `  ${name.padEnd(11)} ${asks}`)
  .join('\n')}

It reads and changes nothing. In an environment a function inside the network looks. Here it is the platform that \`npm start\` runs, or
the database that ${NAMES.databaseUrl} names (as nailbook_maintenance) and the cache that ${NAMES.cacheUrl} names.

Examples:
  nailbook diagnose pool --environment production
  nailbook diagnose line --environment production --minutes 10 --json
  nailbook diagnose constraint                                       # here`,
    )
    .action(async (what: DiagnosisName, options: Options) => {
      const { environment, minutes, seconds, poolLimit } = options;
      const request = { what, minutes, poolLimit, ...(seconds === undefined ? {} : { seconds }) };
      const diagnosis = await (environment === 'local' ? lookHere(request) : lookThere(environment, request));
      const { runbook } = DIAGNOSES[what];
      if (options.json) {
        const healthy = diagnosis.findings.every(({ verdict }) => verdict !== 'bad');
        printJson(terminal, { what, healthy, runbook: `docs/runbooks/${runbook}.md`, ...diagnosis });
      } else {
        for (const finding of diagnosis.findings) for (const line of showFinding(finding)) terminal.out(line);
        terminal.out(`The page: docs/runbooks/${runbook}.md`);
      }
    });
}

async function lookThere(environment: string, request: DiagnosisRequest): Promise<Diagnosis> {
  return (await import('./diagnose-aws')).diagnoseOnAws(environmentName(environment), request);
}

async function lookHere(request: DiagnosisRequest): Promise<Diagnosis> {
  const cacheUrl = process.env[NAMES.cacheUrl];
  const looked = diagnose(
    request,
    () => ({ url: databaseUrl('maintenance') }),
    async () => (cacheUrl ? { url: cacheUrl, password: null } : null),
  );
  if (request.what !== 'database') return answering(looked);
  return looked.catch((error: unknown) => {
    if (isAway(error)) return unreachable(error);
    throw error;
  });
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0 && number <= 100_000) return number;
  throw new InvalidArgumentError('Allowed is a number above 0, up to 100,000.');
}
