/** `nailbook rollback <environment>`: goes back to the release before, or to a chosen one (requirement B4). */
import { setTimeout as sleep } from 'node:timers/promises';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { Command, InvalidArgumentError } from 'commander';
import type { EnvironmentName } from '../../lib/config/schema';
import { environmentArgument } from './environment';
import { takeBackMigration } from './release/migrate-down';
import { checkAccount, placeOf } from './release/place';
import { recordsOf } from './release/records';
import { describeRollback, planRollback } from './release/plan-rollback';
import { rollBack } from './release/roll-back';
import { teamOf } from './release/tell-team';
import { printJson, type Terminal } from './terminal';

interface Options {
  to?: number;
  withMigration?: true;
  dryRun?: true;
  json?: true;
}

export function rollbackCommand(terminal: Terminal): Command {
  return new Command('rollback')
    .description('go back to the release before: switch, wait, check health, tell the team')
    .addArgument(environmentArgument())
    .option('--to <number>', 'the task definition to go back to, as `release history` shows it', taskDefinitionNumber)
    .option('--with-migration', 'afterwards take the newest migration of that release back too')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'print the outcome as an object')
    .addHelpText(
      'after',
      `
It refuses while a deployment is under way: \`nailbook release stop\` takes that one back. The database stays as it is, because
every migration is safe for the release before it; --with-migration is for one that is itself the cause. The team is told in the
Slack of the environment's alarms, or by SLACK_WEBHOOK_URL.

Examples:
  nailbook rollback production --dry-run
  nailbook rollback production
  nailbook rollback staging --to 41
  nailbook rollback production --with-migration`,
    )
    .action(async (name: EnvironmentName, { to, withMigration, dryRun, json }: Options) => {
      const place = placeOf(name);
      const { region } = place;
      const by = await checkAccount(place, new STSClient({ region }));
      const clients = {
        ecs: new ECSClient({ region }),
        lambda: new LambdaClient({ region }),
        store: recordsOf(place),
        by,
        now: () => new Date(),
        fetch,
        pause: (seconds: number) => sleep(seconds * 1000),
        tell: teamOf(place, (why) => terminal.err(why)),
      };
      const plan = await planRollback(
        place,
        { ...(to === undefined ? {} : { to }), withMigration: withMigration ?? false },
        clients,
      );
      for (const line of describeRollback(plan)) terminal.err(line);
      if (dryRun) {
        if (json)
          printJson(terminal, {
            environment: name,
            from: plan.from,
            to: plan.to,
            takesBack: plan.takesBack,
            dryRun: true,
          });
        return;
      }
      const result = await rollBack(plan, clients, terminal);
      if (!json) terminal.out(`${name} is back: ${result.health.found}; ${result.told}`);
      const migration = plan.takesBack === null ? null : await takeBackMigration(plan, result.deployment, clients);
      if (json) printJson(terminal, { ...result, migration });
      else if (migration !== null) terminal.out(migration);
    });
}

function taskDefinitionNumber(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Allowed is the number of a task definition, such as 41.');
}
