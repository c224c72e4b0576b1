/** `nailbook weights <environment>`: how much traffic each side of a release gets; puts it back where healthy tasks are. */
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Command, Option } from 'commander';
import type { EnvironmentName } from '../../lib/config/schema';
import { environmentArgument } from './environment';
import { deploymentUnderWay, idOf, readService } from './release/deployments';
import { enter, type Place } from './release/place';
import { readSides, RULES, sendAllTo, SIDES, sideToServe, type Side, type Sides } from './release/sides';
import { table } from './table';
import { Failure, printJson, UsageError, type Terminal } from './terminal';

interface Options {
  restore?: boolean;
  to?: Side;
  dryRun?: boolean;
  json?: boolean;
}

export interface WeightClients {
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
}

export function weightsCommand(terminal: Terminal): Command {
  return new Command('weights')
    .description('show how much traffic each side of a release gets, or restore it')
    .addArgument(environmentArgument())
    .option('--restore', 'send all traffic to the side whose tasks are healthy')
    .addOption(new Option('--to <side>', 'with --restore: the side, when both have healthy tasks').choices(SIDES))
    .option('--dry-run', 'with --restore: say what would be done, and do nothing')
    .option('--json', 'print the sides as an object')
    .addHelpText(
      'after',
      `
ECS moves the weights during a release. They are wrong when a CloudFormation update of the listener rule has set them back: then users
reach an empty side and get 503.

Examples:
  nailbook weights production
  nailbook weights production --restore --dry-run
  nailbook weights production --restore`,
    )
    .action(async (name: EnvironmentName, options: Options) => {
      if (!options.restore && (options.to !== undefined || options.dryRun)) {
        throw new UsageError('--to and --dry-run belong to --restore');
      }
      const place = await enter(name);
      const { region } = place;
      const clients = { ecs: new ECSClient({ region }), elb: new ElasticLoadBalancingV2Client({ region }) };
      await weights(place, options, clients, terminal);
    });
}

/** Throws a Failure where it would do harm: during a release, and to a side without a healthy task. */
export async function weights(
  place: Place,
  { restore = false, to, dryRun = false, json = false }: Options,
  { ecs, elb }: WeightClients,
  terminal: Terminal,
): Promise<void> {
  const service = await readService(ecs, place);
  const sides = await readSides(elb, service);
  if (!restore) {
    if (json) printJson(terminal, sides);
    else for (const line of show(sides)) terminal.out(line);
    return;
  }
  const underWay = await deploymentUnderWay(ecs, place);
  if (underWay) {
    throw new Failure(
      `a deployment is under way (${idOf(underWay.serviceDeploymentArn ?? '')}), and ECS moves the weights itself meanwhile: \`nailbook release stop ${place.config.name}\` sends the traffic back`,
    );
  }
  const side = sideToServe(sides, to);
  const wrong = RULES.filter((rule) => sides.rules[rule].weights[side] === 0 || other(sides, rule, side) > 0);
  for (const rule of wrong) {
    terminal.err(`${rule}: ${describe(sides, rule)} -> all to ${side}${dryRun ? ' (not done)' : ''}`);
    if (!dryRun) await sendAllTo(elb, side, sides.rules[rule].arn, sides.targetGroups);
  }
  if (json) printJson(terminal, { side, changed: dryRun ? [] : wrong, sides: await readSides(elb, service) });
  else if (wrong.length === 0) terminal.out(`all traffic goes to ${side} already`);
  else terminal.out(dryRun ? 'nothing was changed' : `all traffic goes to ${side}`);
}

function show(sides: Sides): string[] {
  const rows = SIDES.map((side) => [
    side,
    `${sides.tasks[side].healthy} of ${sides.tasks[side].registered}`,
    ...RULES.map((rule) => `${sides.rules[rule].weights[side]} %`),
  ]);
  const lines = table(
    [['', 'healthy tasks', 'users', 'tests'], ...rows],
    [{}, { align: 'right' }, { align: 'right' }, { align: 'right' }],
  );
  const lost = SIDES.find((side) => sides.rules.production.weights[side] > 0 && sides.tasks[side].healthy === 0);
  return lost
    ? [...lines, '', `!! users are sent to ${lost}, where no task is healthy: \`nailbook weights … --restore\``]
    : lines;
}

function other({ rules }: Sides, rule: (typeof RULES)[number], side: Side): number {
  return rules[rule].weights[side === 'blue' ? 'green' : 'blue'];
}

function describe({ rules }: Sides, rule: (typeof RULES)[number]): string {
  return SIDES.map((side) => `${side} ${rules[rule].weights[side]}`).join(', ');
}
