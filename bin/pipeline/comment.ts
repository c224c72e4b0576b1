/** What a pull request would do to each environment, as one comment: first what would be lost, then the cost, then the rest (requirement B5). */
import { reasonOf } from '../../app/contract/reason';
import { count } from '../../lambda/maintenance/task';
import type { Comparison } from '../../lib/cost/compare';
import { comparisonMarkdown } from '../nailbook/cost-report';
import { isDestructive, parseDiff, type Diff, type Loss } from './diff';
import { MOST_CHARACTERS } from './github';

/** By which the comment is found again. */
export const MARK = '<!-- nailbook: what this pull request does -->';

/** Lets a destructive pull request pass. */
export const LABEL = 'destructive';

export interface PullRequestInput {
  /** What `cdk diff` printed, by environment; null where it printed nothing. */
  diffs: Record<string, string | null>;
  comparisons: Comparison[];
  labels: readonly string[];
}

export interface PullRequestComment {
  markdown: string;
  /** Why the check fails; empty when it passes. */
  refusals: string[];
}

const VERBS = {
  destroy: 'would be **destroyed**',
  replace: 'would be **replaced**',
  'may be replaced': '**may** be replaced',
  orphan: 'would be left behind, outside of the stack',
} as const;

export function pullRequestComment({ diffs, comparisons, labels }: PullRequestInput): PullRequestComment {
  const compared = Object.entries(diffs).map(([environment, text]) =>
    Object.assign({ environment, text }, attempt(text)),
  );
  const losses = compared.flatMap(({ environment, diff }) =>
    (diff?.losses ?? []).map((loss) => Object.assign({ environment }, loss)),
  );
  const destructive = losses.filter(isDestructive);
  const meant = labels.includes(LABEL);
  const failed = compared.flatMap(({ environment, error }) => (error === null ? [] : [`${environment}: ${error}`]));
  const refusals = [
    ...failed,
    ...(destructive.length > 0 && !meant
      ? [
          `${count(destructive.length, 'thing')} would be destroyed or replaced, and the pull request has no label "${LABEL}"`,
        ]
      : []),
  ];
  const head = [
    MARK,
    destructive.length > 0
      ? `### :rotating_light: ${count(destructive.length, 'thing')} would be destroyed or replaced`
      : '### Nothing would be destroyed or replaced',
    '',
    ...destructive.map(lossLine),
    ...(destructive.length > 0
      ? ['', meant ? `The label \`${LABEL}\` says that this is meant.` : `It passes with the label \`${LABEL}\`.`]
      : []),
    ...failed.flatMap((each) => ['', `:warning: not compared, ${each}`]),
    '',
    ...cost(comparisons),
    ...others(losses.filter((loss) => !isDestructive(loss))),
  ].join('\n');
  const tail = '\nThe whole differences are in the artifacts of this run.\n';
  const room = MOST_CHARACTERS - head.length - tail.length;
  const details = compared.map(({ environment, text, diff }) =>
    detail(environment, diff, text ?? '', room / compared.length),
  );
  return { markdown: [head, ...details].join('\n') + tail, refusals };
}

function attempt(text: string | null): { diff: Diff; error: null } | { diff: null; error: string } {
  if (text === null) return { diff: null, error: 'cdk diff printed nothing' };
  try {
    return { diff: parseDiff(text), error: null };
  } catch (error) {
    return { diff: null, error: reasonOf(error) };
  }
}

function lossLine({ environment, stack, type, path, kind }: Loss & { environment: string }): string {
  return `- **${environment}**, \`${stack}\`: ${type} \`${path}\` ${VERBS[kind]}`;
}

function cost(comparisons: readonly Comparison[]): string[] {
  const change = comparisons.reduce((sum, { monthly }) => sum + monthly.change.expected, 0);
  const rounded = Math.round(change * 100) / 100;
  const amount = `${rounded > 0 ? '+' : ''}${rounded === 0 ? '0.00' : rounded.toFixed(2)}`;
  return [
    `### ${amount} USD a month`,
    '',
    ...comparisons.flatMap((comparison) => [...comparisonMarkdown(comparison), '']),
  ];
}

function others(losses: readonly (Loss & { environment: string })[]): string[] {
  if (losses.length === 0) return [];
  return ['Without harm, because they hold nothing or stay where they are:', '', ...losses.map(lossLine), ''];
}

function detail(environment: string, diff: Diff | null, text: string, room: number): string {
  const changes = diff?.stacks.length ?? 0;
  if (diff && changes === 0) return `**${environment}**: no stack changes.\n`;
  const summary = diff
    ? `${environment}: ${count(changes, 'stack')} changed (${diff.stacks.join(', ')})`
    : `${environment}: not compared`;
  const frame = (body: string) => `<details><summary>${summary}</summary>\n\n\`\`\`\n${body}\n\`\`\`\n\n</details>\n`;
  const most = Math.floor(room) - frame('').length - 10;
  // A fence inside would end the one around it.
  const body = text.replaceAll('```', "'''").trim();
  return frame(body.length <= most ? body : `${body.slice(0, Math.max(0, most))}\n…`);
}
