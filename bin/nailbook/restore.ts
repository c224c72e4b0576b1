/** `nailbook restore`: brings database, files and cache back to a chosen point and restarts the service; the plan comes first (D7). */
import { Command, InvalidArgumentError, Option } from 'commander';
import { reasonOf } from '../../app/contract/reason';
import type { EnvironmentName } from '../../lib/config/schema';
import { environmentName, whereOption } from './environment';
import { enter } from './release/place';
import { ask } from './restore-confirmation';
import type { RestorePlan, RestorePoint } from './restore-plan';
import { Failure, type Terminal } from './terminal';

interface Options {
  to: RestorePoint;
  environment: string;
  plan?: true;
}

export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description(
      'bring database, files and cache back to a chosen point, and restart the service; shows the plan and asks first',
    )
    .addOption(
      new Option('--to <time|backup>', 'an instant such as 2026-11-01T09:30:00+08:00, a snapshot, or a dump')
        .argParser(restorePoint)
        .makeOptionMandatory(),
    )
    .addOption(whereOption())
    .option('--plan', 'show the plan and do nothing')
    .addHelpText(
      'after',
      `
Examples:
  nailbook restore --to daily/20261101T120000Z.dump              # here, from a dump
  nailbook restore --to 2026-11-01T09:30:00+08:00 --environment staging --plan
  nailbook restore --to pre-migration-20261101020000 --environment production`,
    )
    .action(async ({ to, environment, plan: onlyPlan }: Options) => {
      const plan =
        environment === 'local'
          ? await (await import('./restore-local')).localPlan(to)
          : await planThere(to, environmentName(environment));
      for (const line of describe(plan)) terminal.out(line);
      if (onlyPlan) return;
      await confirm(environment, terminal);
      await carryOut(plan, terminal);
    });
}

async function planThere(to: RestorePoint, environment: EnvironmentName): Promise<RestorePlan> {
  await enter(environment);
  return (await import('./restore-aws')).awsPlan(to, environment);
}

function describe({ title, steps, warnings, afterwards }: RestorePlan): string[] {
  return [
    title,
    ...steps.map((step, index) => `  ${index + 1}. ${step.title}`),
    ...(warnings.length > 0 ? ['Before:', ...warnings.map((warning) => `  ${warning}`)] : []),
    ...(afterwards.length > 0 ? ['Afterwards, by hand:', ...afterwards.map((what) => `  ${what}`)] : []),
  ];
}

/** In production the environment's name has to be typed: a habit of the fingers answers "yes" to anything. Throws a Failure otherwise. */
export async function confirm(environment: string, terminal: Terminal, answerTo = ask): Promise<void> {
  const wanted = environment === 'production' ? environment : 'yes';
  const answer = await answerTo(terminal, `Type "${wanted}" to go ahead: `);
  if (answer !== wanted) throw new Failure('nothing was changed');
}

async function carryOut({ steps }: RestorePlan, terminal: Terminal): Promise<void> {
  for (const [index, { title, run }] of steps.entries()) {
    const place = `${index + 1}/${steps.length}`;
    terminal.err(`${place} ${title} …`);
    try {
      terminal.out(`${place} ${await run()}`);
    } catch (error) {
      const reason = reasonOf(error);
      const done = index === 0 ? 'nothing was changed' : `the steps before ${place} are done, those after it are not`;
      throw new Failure(`${title}: ${reason} (${done})`);
    }
  }
}

/** Throws an InvalidArgumentError that says what is allowed. */
export function restorePoint(value: string): RestorePoint {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)) {
    const time = new Date(value);
    if (!Number.isNaN(time.getTime())) return { time };
  }
  // A time that somebody forgot the zone of would otherwise be looked for as a backup.
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) {
    throw new InvalidArgumentError(
      'Allowed is an instant with its zone, such as 2026-11-01T09:30:00+08:00, or the name of a backup.',
    );
  }
  if (/^[\w./:-]{3,255}$/.test(value)) return { backup: value };
  throw new InvalidArgumentError('Allowed is an instant with its zone, or the name of a snapshot or dump.');
}
