/** Estimates and comparisons as text for people. */
import type { Comparison, Difference } from '../../lib/cost/compare';
import type { Estimate } from '../../lib/cost/estimate';
import type { Range } from '../../lib/cost/range';
import { ASSUMPTIONS, assumptionNames, usageOf, type KnownUsage } from '../../lib/cost/usage';
import { table, type Column } from './table';

const right: Column = { align: 'right' };

/** An estimate by part; with `detail`, by line and with what was assumed. */
export function report(estimate: Estimate, options: { detail: boolean; known: KnownUsage }): string[] {
  const rows = estimate.parts.flatMap(({ part, monthly, lines }) => [
    [part, '', '', ...three(monthly)],
    ...(options.detail
      ? lines.map(({ item, region, quantity, unit, price, monthly }) => [
          `  ${placed(item, region, estimate.region)}`,
          `${amount(quantity.expected)} ${unit}`,
          `x ${unitPrice(price)}`,
          ...three(monthly),
        ])
      : []),
  ]);
  const columns = [{}, right, right, right, right, right];
  const head = ['', ...(options.detail ? ['expected', 'USD'] : ['', '']), 'least', 'expected', 'most'];
  return [
    `${estimate.environment}: USD a month at list prices of ${estimate.pricesOf}, without tax, discounts and free tiers`,
    '',
    ...table([head, ...rows, ['Total', '', '', ...three(estimate.monthly)]], columns).map((line) => line.trimEnd()),
    '',
    ...(options.detail ? [...assumed(estimate, options.known), ''] : []),
    ...unconfirmed(estimate),
    ...(options.detail ? [] : ['--detail shows each line and what was assumed about traffic and data.']),
    ...missing(estimate),
  ];
}

/** The expected cost of several environments, and of all of them together. */
export function summary(estimates: readonly Estimate[]): string[] {
  const rows = estimates.map(({ environment, monthly }) => [environment, ...three(monthly)]);
  const total = (of: keyof Range) => money(estimates.reduce((sum, { monthly }) => sum + monthly[of], 0));
  const all = ['Together', total('min'), total('expected'), total('max')];
  return table([['', 'least', 'expected', 'most'], ...rows, all], [{}, right, right, right]);
}

/** What changes, line by line. */
export function comparisonReport({ before, after, region, monthly, parts }: Comparison): string[] {
  const row = (label: string, difference: Difference) => [
    label,
    money(difference.before.expected),
    money(difference.after.expected),
    signed(difference.change.expected),
  ];
  const rows = parts.flatMap((part) =>
    [row(part.part, part)].concat(part.lines.map((line) => row(`  ${placed(line.item, line.region, region)}`, line))),
  );
  return [
    `${before} -> ${after}: USD a month`,
    '',
    ...table([['', 'before', 'after', 'change'], ...rows, row('Total', monthly)], [{}, right, right, right]),
    '',
    `The change is ${signed(monthly.change.min)} at least, ${signed(monthly.change.expected)} expected, ${signed(monthly.change.max)} at most.`,
  ];
}

/** A comparison for a comment on a pull request. */
export function comparisonMarkdown({ before, after, region: home, monthly, parts }: Comparison): string[] {
  const title = `**${before} → ${after}: ${signed(monthly.change.expected)} USD a month** (${money(monthly.before.expected)} → ${money(monthly.after.expected)}; least ${signed(monthly.change.min)}, most ${signed(monthly.change.max)})`;
  if (parts.length === 0) return [title];
  return [
    title,
    '',
    '| | before | after | change |',
    '| --- | ---: | ---: | ---: |',
    ...parts.flatMap((part) =>
      part.lines.map(
        ({ item, region, before, after, change }) =>
          `| ${part.part}: ${placed(item, region, home)} | ${money(before.expected)} | ${money(after.expected)} | ${signed(change.expected)} |`,
      ),
    ),
  ];
}

/** What an estimate lacks. */
export function missing({ environment, missing }: Estimate): string[] {
  return missing.map((sentence) => `Not in the estimate of ${environment}: ${sentence}`);
}

function assumed({ environment }: Estimate, known: KnownUsage): string[] {
  const usage = usageOf(environment, known);
  const rows = assumptionNames().map((name) => {
    const { min, expected, max } = usage[name];
    const { what, unit } = ASSUMPTIONS[name];
    return [`  ${what}`, amount(min), amount(expected), amount(max), unit];
  });
  return ['Assumed (lib/cost/usage.ts):', ...table(rows, [{}, right, right, right, {}])];
}

function unconfirmed({ parts }: Estimate): string[] {
  const lines = parts.flatMap((part) => part.lines);
  const byHand = lines.filter(({ from }) => from === 'hand').length;
  if (byHand === 0) return [];
  return [
    `${byHand} of its ${lines.length} prices were entered by hand and are not confirmed: "nailbook cost --refresh" asks AWS's price list.`,
  ];
}

/** Says the region of what stands outside the environment's own. */
function placed(item: string, region: string, home: string): string {
  return region === home ? item : `${item} (${region})`;
}

function three({ min, expected, max }: Range): string[] {
  return [money(min), money(expected), money(max)];
}

function money(usd: number): string {
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function signed(usd: number): string {
  const rounded = Math.round(usd * 100) / 100;
  return `${rounded > 0 ? '+' : ''}${money(rounded === 0 ? 0 : rounded)}`;
}

function amount(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 2 : 0 });
}

/** As AWS writes it: prices of single requests have many digits. */
function unitPrice(usd: number): string {
  return usd.toLocaleString('en-US', { maximumFractionDigits: 12 });
}
