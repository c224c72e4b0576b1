/** `nailbook cost <environment...>`: what environments cost a month, and what a change would add. */
import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { reasonOf } from '../../app/contract/reason';
import { environment } from '../../lib/config/environments';
import { ENVIRONMENT_NAMES, type EnvironmentConfig, type EnvironmentName } from '../../lib/config/schema';
import { compare, type Comparison } from '../../lib/cost/compare';
import { estimate, type Estimate } from '../../lib/cost/estimate';
import { MissingPrice, readPriceTable } from '../../lib/cost/price-table';
import { parseSaved, save } from '../../lib/cost/saved';
import { ASSUMPTIONS, assumptionNames, type KnownUsage } from '../../lib/cost/usage';
import { withChanges, type Change } from './changes';
import { changesOption } from './config';
import { comparisonMarkdown, comparisonReport, missing, report, summary } from './cost-report';
import { environmentName } from './environment';
import { refreshPrices } from './cost-refresh';
import { Failure, UsageError, printJson, type Terminal } from './terminal';

interface Options extends KnownUsage {
  with: Change[];
  compare?: EnvironmentName;
  baseline?: string;
  detail?: true;
  json?: true;
  markdown?: true;
  refresh?: true;
}

const EXAMPLES = `
Examples:
  nailbook cost production
  nailbook cost production --detail --requests-per-month 50M
  nailbook cost dev staging production              # each, and all together
  nailbook cost production --compare staging
  nailbook cost production --with database.instanceType=r6g.2xlarge,database.readReplicas=2
  nailbook cost --refresh                           # renew the price table, with AWS credentials

In a pull request's pipeline:
  nailbook cost dev staging production --json > cost.json                 # at the commit it goes into
  nailbook cost dev staging production --baseline cost.json --markdown    # at its own`;

export function costCommand(terminal: Terminal): Command {
  const command = new Command('cost')
    .description('print what environments cost a month by part, and what a change would add')
    .addArgument(
      new Argument('[environment...]', `some of ${ENVIRONMENT_NAMES.join(', ')}`)
        .argParser(collectEnvironments)
        .default([], 'none'),
    )
    .option('--detail', 'show each line with its quantity and price, and what was assumed')
    .addOption(changesOption('what a change of the configuration would add; may be repeated'))
    .addOption(
      new Option('--compare <environment>', 'what another environment costs more or less')
        .argParser(environmentName)
        .conflicts(['baseline', 'detail']),
    )
    .addOption(
      new Option('--baseline <file>', 'what changed since --json wrote that file at another commit').conflicts(
        'detail',
      ),
    )
    .addOption(new Option('--json', 'print estimates and comparisons as an object').conflicts(['markdown', 'detail']))
    .addOption(new Option('--markdown', 'print a comparison as a comment on a pull request').conflicts('detail'))
    .option('--refresh', "renew lib/cost/prices.json from AWS's price list first; needs AWS credentials")
    .addHelpText('after', EXAMPLES)
    .action(async (names: EnvironmentName[], options: Options) => cost(names, options, terminal));
  for (const name of assumptionNames()) {
    const { what, unit } = ASSUMPTIONS[name];
    command.addOption(
      new Option(`--${kebab(name)} <number>`, `${what} (${unit})`)
        .argParser(quantity)
        .helpGroup('What is known of the traffic and the data, instead of the assumptions of lib/cost/usage.ts:'),
    );
  }
  return command;
}

async function cost(names: readonly EnvironmentName[], options: Options, terminal: Terminal): Promise<void> {
  if (names.length === 0 && !options.refresh) {
    throw new UsageError(`no environment is named: allowed are some of ${ENVIRONMENT_NAMES.join(', ')}`);
  }
  const compares = options.with.length > 0 || options.compare !== undefined || options.baseline !== undefined;
  if (options.markdown && !compares) {
    throw new UsageError('--markdown is for a comparison: add --with, --compare or --baseline');
  }
  if (options.with.length > 0 && (options.compare ?? options.baseline) !== undefined) {
    throw new UsageError('--with compares by itself: leave out --compare and --baseline');
  }
  const before = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  if (options.refresh) await refreshPrices(terminal);
  if (names.length === 0) return;

  const estimateOf = await estimator(options);
  const estimates = names.map((name) => estimateOf(environment(name)));
  const comparisons = names.flatMap((name, index): Comparison[] => {
    const now = estimates[index];
    if (!now || !compares) return [];
    if (options.compare !== undefined) {
      return [compare(now, estimateOf(environment(options.compare)), { before: name, after: options.compare })];
    }
    if (before) {
      const old = before.find((each) => each.environment === name);
      if (!old)
        throw new UsageError(`--baseline ${options.baseline} has no ${name}: leave it out, or make the file again`);
      return [compare(old, now, { before: `${name} as in ${options.baseline}`, after: `${name} now` })];
    }
    const changed = withChanges(environment(name), options.with);
    const changes = options.with.map(({ path, value }) => `${path}=${value}`).join(', ');
    return [compare(now, estimateOf(changed), { before: name, after: `${name} with ${changes}` })];
  });
  print(estimates, comparisons, options, terminal);
}

function print(estimates: Estimate[], comparisons: Comparison[], options: Options, terminal: Terminal): void {
  if (options.json) {
    const saved = save(estimates);
    printJson(terminal, comparisons.length > 0 ? { ...saved, comparisons } : saved);
    return;
  }
  const lines = comparisons.length
    ? comparisons.map((each) => (options.markdown ? comparisonMarkdown(each) : comparisonReport(each)))
    : estimates.map((each) => report(each, { detail: options.detail ?? false, known: options }));
  if (comparisons.length === 0 && estimates.length > 1) lines.push(summary(estimates));
  terminal.out(lines.map((each) => each.join('\n')).join('\n\n'));
  if (comparisons.length > 0) for (const line of estimates.flatMap(missing)) terminal.err(line);
}

/** Makes the templates and prices them; loaded only here, because the construct library takes a second. */
async function estimator(known: KnownUsage): Promise<(config: EnvironmentConfig) => Estimate> {
  const [{ synthesise }, { buildLambdas }] = await Promise.all([
    import('../../lib/cost/synthesise'),
    import('../build'),
  ]);
  await buildLambdas();
  const prices = readPriceTable();
  return (config) => {
    try {
      return estimate(config, synthesise(config), prices, known);
    } catch (error) {
      throw error instanceof MissingPrice ? new Failure(error.message, { cause: error }) : error;
    }
  };
}

function readBaseline(file: string): Estimate[] {
  try {
    return parseSaved(readFileSync(file, 'utf8')).environments;
  } catch (error) {
    const why = reasonOf(error);
    throw new UsageError(`--baseline ${file} cannot be read: ${why}`, { cause: error });
  }
}

function collectEnvironments(value: string, before: readonly EnvironmentName[]): EnvironmentName[] {
  return [...before, environmentName(value)];
}

/** `50M` is 50,000,000. */
function quantity(text: string): number {
  const [, digits = '', unit] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text) ?? [];
  if (digits === '') throw new InvalidArgumentError('Allowed is a number from 0, such as 250000, 250k or 50M.');
  return Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
