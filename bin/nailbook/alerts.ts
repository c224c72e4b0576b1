/** `nailbook alerts`: what is open, who looks after it, and whether an alarm would reach people. */
import { userInfo } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../app/contract/service-levels';
import type { Incident } from '../../lambda/alerts/incident';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../lib/config/schema';
import { previewAlert } from './alert-preview';
import { enter } from './release/place';
import { table } from './table';
import { Failure, printJson, UsageError, type Terminal } from './terminal';

const EXAMPLES = `
Examples:
  nailbook alerts list --environment production
  nailbook alerts acknowledge NoTraffic --environment production
  nailbook alerts test P1 --dry-run
  nailbook alerts test P3 --environment staging     # takes up to four minutes, since P3 is grouped`;

interface Where {
  environment: EnvironmentName;
}

export function alertsCommand(terminal: Terminal): Command {
  return new Command('alerts')
    .description('what is open, who looks after it, and whether alarms reach people')
    .addCommand(listCommand(terminal))
    .addCommand(acknowledgeCommand(terminal))
    .addCommand(testCommand(terminal))
    .addHelpText('after', EXAMPLES);
}

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('the alerts that are open in an environment, and those of the last week')
    .addOption(environmentOption().makeOptionMandatory())
    .option('--json', 'print the alerts as an object')
    .action(async ({ environment, json }: Where & { json?: true }) => {
      await enter(environment);
      const incidents = await (await import('./alerts-aws')).listIncidents(environment);
      const newest = incidents.toSorted((a, b) => b.openedAt - a.openedAt);
      if (json) printJson(terminal, { incidents: newest });
      else if (newest.length === 0)
        terminal.out(`Nothing is open in ${environment}, and nothing was in the last week.`);
      else for (const line of table(newest.map(row), [{}, {}, {}, {}], terminal.columns)) terminal.out(line);
    });
}

function row({ severity, name, openedAt, resolvedAt, acknowledged, isNotice, about }: Incident): string[] {
  const since = new Date(openedAt).toISOString().slice(0, 16);
  const answered = acknowledged ? `, ${acknowledged.by} looks after it` : ', nobody looks after it';
  const state = isNotice ? 'told' : resolvedAt === null ? `open${answered}` : 'over';
  return [severity, since, state, isNotice ? about.broke : name];
}

function acknowledgeCommand(terminal: Terminal): Command {
  return new Command('acknowledge')
    .description('say that you look after an alert: nobody else is called')
    .argument('<name>', 'as `nailbook alerts list` has it, for example NoTraffic')
    .addOption(environmentOption().makeOptionMandatory())
    .option('--by <person>', 'who looks after it (default: who you are on this machine)')
    .action(async (name: string, { environment, by = userInfo().username }: Where & { by?: string }) => {
      await enter(environment);
      const aws = await import('./alerts-aws');
      const open = (await aws.listIncidents(environment)).filter(({ resolvedAt }) => resolvedAt === null);
      if (!open.some((incident) => incident.name === name)) {
        const names = open.map((incident) => incident.name).join(', ') || 'nothing';
        throw new Failure(`${name} is not open in ${environment}: open is ${names}`);
      }
      await aws.acknowledge(environment, name, by);
      terminal.out(`${by} looks after ${name}: those who were told of it hear so within a minute.`);
    });
}

function testCommand(terminal: Terminal): Command {
  return new Command('test')
    .description('send a test along the whole way, and say at whom it arrived')
    .addArgument(new Argument('<severity>', 'decides who is told').choices(SEVERITIES))
    .addOption(environmentOption())
    .option('--dry-run', 'only print what each receiver would get; needs no AWS account')
    .action(async (severity: Severity, { environment, dryRun }: Partial<Where> & { dryRun?: true }) => {
      if (dryRun) {
        printJson(terminal, previewAlert(severity, environment ?? 'staging', Date.now()));
        return;
      }
      if (environment === undefined) {
        throw new UsageError(
          `--environment is missing: allowed is one of ${ENVIRONMENT_NAMES.join(', ')}, or --dry-run`,
        );
      }
      await enter(environment);
      const missing = await (await import('./alerts-aws')).testRoute(environment, severity, terminal);
      if (missing.length > 0)
        throw new Failure(`it did not arrive at ${missing.join(', ')}: docs/runbooks/alert-routing.md`);
    });
}

function environmentOption(): Option {
  return new Option('--environment <name>', 'where').choices(ENVIRONMENT_NAMES);
}
