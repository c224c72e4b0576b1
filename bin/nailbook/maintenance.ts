/** `nailbook maintenance`: the maintenance tasks, what each does and when, and one of them run now. */
import { Argument, Command, InvalidArgumentError } from 'commander';
import {
  isMaintenanceTask,
  MAINTENANCE_TASKS,
  type MaintenanceTask,
  type MaintenanceTaskName,
} from '../../app/contract/maintenance';
import type { Report } from '../../lambda/maintenance/report';
import { environmentName, whereOption } from './environment';
import type { AwsRequest } from './maintenance-aws';
import { suggestion } from './nearest';
import { enter } from './release/place';
import { table } from './table';
import { Failure, printJson, UsageError, type Terminal } from './terminal';

const NAMES = Object.keys(MAINTENANCE_TASKS);

const EXAMPLES = `
Examples:
  nailbook maintenance list
  nailbook maintenance run archive-bookings --dry-run              # here
  nailbook maintenance run verify-backup --environment production
  nailbook maintenance run restore-drill --environment staging`;

interface RunOptions {
  environment: string;
  dryRun?: true;
  blockingSeconds?: number;
  json?: true;
}

export function maintenanceCommand(terminal: Terminal): Command {
  return new Command('maintenance')
    .description('list the maintenance tasks, or run one of them now')
    .addCommand(listCommand(terminal))
    .addCommand(runCommand(terminal))
    .addHelpText('after', EXAMPLES);
}

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .description(
      'what each task does, how often, for how long at most, where it runs, and how it last went on this machine',
    )
    .action(async () => {
      const lastRuns = await (await import('./maintenance-local')).lastRunsHere();
      const rows = Object.entries<MaintenanceTask>(MAINTENANCE_TASKS).map(([name, task]) => [
        name,
        `every ${task.every}`,
        `${task.limitMinutes} min`,
        task.runsOn,
        lastRuns === null ? '' : lastResult(lastRuns.get(name)),
        task.purpose,
      ]);
      for (const line of table(rows, [{}, {}, { align: 'right' }, {}, {}, {}], terminal.columns)) terminal.out(line);
    });
}

function lastResult(run: { startedAt: Date; succeeded: boolean } | undefined): string {
  if (!run) return 'never ran here';
  return `${run.succeeded ? 'succeeded' : 'FAILED'} ${run.startedAt.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function runCommand(terminal: Terminal): Command {
  return new Command('run')
    .description('run a task now, here or in an environment, and print its report')
    .addArgument(new Argument('<task>', 'a task of `nailbook maintenance list`').argParser(taskName))
    .addOption(whereOption())
    .option('--dry-run', 'look and report, and change nothing')
    .option('--blocking-seconds <seconds>', 'how long maintain-indexes may hold up bookings (default: 2)', seconds)
    .option('--json', 'print the report as an object')
    .action(async (task: MaintenanceTaskName, options: RunOptions) => {
      if (options.blockingSeconds !== undefined && task !== 'maintain-indexes') {
        throw new UsageError(`--blocking-seconds is given with ${task}: allowed is it with maintain-indexes only`);
      }
      const request = {
        task,
        dryRun: options.dryRun ?? false,
        ...(options.blockingSeconds === undefined ? {} : { blockingSeconds: options.blockingSeconds }),
      };
      // Loaded only now: AWS's clients take a second, which no other command should wait for.
      const report =
        options.environment === 'local'
          ? await (await import('./maintenance-local')).runLocally(request)
          : await runThere({ ...request, environment: environmentName(options.environment) }, terminal);
      if (report === null) return;
      if (options.json) printJson(terminal, report);
      else for (const line of describe(report)) terminal.out(line);
      if (!report.succeeded) throw new Failure(`${task} failed: ${report.failures.join(' ')}`);
    });
}

async function runThere(request: AwsRequest, terminal: Terminal): Promise<Report | null> {
  const { region } = await enter(request.environment);
  const { createClients, runOnAws } = await import('./maintenance-aws');
  return runOnAws(request, terminal, createClients(region));
}

function describe(report: Report): string[] {
  return [
    ...(report.summary ? [`${report.task}: ${report.summary}`] : []),
    ...report.notes.map((note) => `  ${note}`),
    ...Object.entries(report.metrics).map(([name, figure]) => `  ${name} ${figure.toLocaleString('en-US')}`),
    `  ${report.dryRun ? 'a dry run, ' : ''}${report.durationSeconds.toFixed(1)} s`,
  ];
}

function taskName(value: string): MaintenanceTaskName {
  if (isMaintenanceTask(value)) return value;
  throw new InvalidArgumentError(`Allowed is one of ${NAMES.join(', ')}${suggestion(value, NAMES)}.`);
}

function seconds(value: string): number {
  const number = Number(value);
  if (number >= 1 && number <= 600) return number;
  throw new InvalidArgumentError('Allowed is a number from 1 to 600 (seconds).');
}
