/** `nailbook release`: what serves and what is under way, what was before and why, stopping one, and the check after one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Command, InvalidArgumentError } from 'commander';
import type { EnvironmentName } from '../../lib/config/schema';
import { showFinding } from '../../lambda/maintenance/diagnose/finding';
import { environmentArgument } from './environment';
import { checkRelease } from './release/check';
import { enter } from './release/place';
import { history, readRecord, recordsOf, story } from './release/records';
import { describeStatus, releaseStatus } from './release/status';
import { stopRelease } from './release/stop';
import { teamOf } from './release/tell-team';
import { Failure, printJson, type Terminal } from './terminal';

const EXAMPLES = `
Examples:
  nailbook release status production
  nailbook release history production --limit 5
  nailbook release why production last              # or the id that history shows
  nailbook release stop production                  # takes back the one that is under way
  nailbook release check production --minutes 15    # exit code 1 when a level is missed`;

export function releaseCommand(terminal: Terminal): Command {
  return new Command('release')
    .description('what serves, what is under way, what was before and why; stop one, check after one')
    .addCommand(statusCommand(terminal))
    .addCommand(historyCommand(terminal))
    .addCommand(whyCommand(terminal))
    .addCommand(stopCommand(terminal))
    .addCommand(checkCommand(terminal))
    .addHelpText('after', EXAMPLES);
}

function statusCommand(terminal: Terminal): Command {
  return new Command('status')
    .description('what serves, and how far the release under way is')
    .addArgument(environmentArgument())
    .option('--json', 'print it as an object')
    .action(async (name: EnvironmentName, { json }: { json?: true }) => {
      const place = await enter(name);
      const status = await releaseStatus(place, new ECSClient({ region: place.region }), recordsOf(place));
      if (json) printJson(terminal, status);
      else for (const line of describeStatus(status)) terminal.out(line);
    });
}

function historyCommand(terminal: Terminal): Command {
  return new Command('history')
    .description('the last releases: what, who, decision, and why')
    .addArgument(environmentArgument())
    .option('--limit <n>', 'how many', positive, 20)
    .option('--json', 'print the records as a list')
    .action(async (name: EnvironmentName, { limit, json }: { limit: number; json?: true }) => {
      const records = await recordsOf(await enter(name)).list(limit);
      if (json) printJson(terminal, records);
      else for (const line of history(records, terminal.columns)) terminal.out(line);
    });
}

function whyCommand(terminal: Terminal): Command {
  return new Command('why')
    .description('everything that a release was decided on')
    .addArgument(environmentArgument())
    .argument('<id>', 'the id that history shows, or "last"')
    .option('--json', 'print the record as an object')
    .action(async (name: EnvironmentName, id: string, { json }: { json?: true }) => {
      const record = await readRecord(recordsOf(await enter(name)), id);
      if (json) printJson(terminal, record);
      else for (const line of story(record)) terminal.out(line);
    });
}

function stopCommand(terminal: Terminal): Command {
  return new Command('stop')
    .description('take back the release that is under way: all traffic goes to what served before')
    .addArgument(environmentArgument())
    .option('--dry-run', 'say what would be stopped, and do nothing')
    .option('--json', 'print the outcome as an object')
    .action(async (name: EnvironmentName, options: { dryRun?: true; json?: true }) => {
      const place = await enter(name);
      const clients = {
        ecs: new ECSClient({ region: place.region }),
        pause: (seconds: number) => sleep(seconds * 1000),
        tell: teamOf(place, (why) => terminal.err(why)),
      };
      const outcome = await stopRelease(place, { dryRun: options.dryRun ?? false }, clients, terminal);
      if (options.json) printJson(terminal, outcome);
      else terminal.out(`release ${outcome.id}: ${outcome.status}; ${outcome.told}`);
    });
}

function checkCommand(terminal: Terminal): Command {
  return new Command('check')
    .description('after a release: P95, errors, database, LINE and the three sites')
    .addArgument(environmentArgument())
    .option('--minutes <n>', 'how far to look back', positive, 15)
    .option('--expect <version>', 'the version that has to answer')
    .option('--json', 'print the findings as an object')
    .action(async (name: EnvironmentName, options: { minutes: number; expect?: string; json?: true }) => {
      const place = await enter(name);
      const { region } = place;
      const findings = await checkRelease(
        place,
        { minutes: options.minutes, ...(options.expect === undefined ? {} : { version: options.expect }) },
        {
          elb: new ElasticLoadBalancingV2Client({ region }),
          cloudwatch: new CloudWatchClient({ region }),
          fetch,
          now: () => new Date(),
        },
      );
      const missed = findings.filter(({ verdict }) => verdict === 'bad').length;
      if (options.json) printJson(terminal, { environment: name, passed: missed === 0, findings });
      else for (const finding of findings) for (const line of showFinding(finding)) terminal.out(line);
      if (missed > 0) throw new Failure(`${missed} of ${findings.length} checks failed: \`nailbook rollback ${name}\``);
    });
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= 1440) return number;
  throw new InvalidArgumentError('Allowed is a whole number from 1 to 1440.');
}
