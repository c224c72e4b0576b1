/** Prints what a rehearsal came to, a line for each release. */
import type { Played } from './rehearsal';
import { percent } from './verdict';

const HEADS = [
  'release',
  'ended as',
  'attempts',
  'failed',
  'while green had traffic',
  'acknowledged',
  'lost',
  'took',
  '',
];

/** Returns whether all was as it must be. */
export function report(played: readonly Played[]): boolean {
  const rows = played.map(({ scenario, deployment, figures, wrong, seconds }) => [
    scenario.name,
    deployment.status,
    String(figures.whole.attempts),
    String(figures.whole.failed),
    meanwhile(figures),
    String(figures.acknowledged),
    String(figures.lost.length),
    `${seconds.toFixed(0)} s`,
    wrong.length === 0 ? 'as it must be' : 'WRONG',
  ]);
  const table = [HEADS, ...rows];
  const widths = HEADS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log('');
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const isRight = played.every(({ wrong }) => wrong.length === 0);
  console.log(isRight ? '\nEvery release ended as it must.' : '\nNOT EVERY RELEASE ENDED AS IT MUST: see WRONG above.');
  return isRight;
}

function meanwhile({ onGreen: { attempts, failed, slow }, onGreenSeconds }: Played['figures']): string {
  if (attempts === 0) return 'never';
  const slowly = slow > 0 ? `, ${percent(slow / attempts)} took over 1 s` : '';
  return `${percent(failed / attempts)} failed${slowly} in ${onGreenSeconds.toFixed(1)} s`;
}
