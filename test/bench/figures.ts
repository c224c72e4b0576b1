/** Figures with targets: gathered in one run, printed as a table, summed up in the exit code. */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The figure passes when it is at least, or at most, this. */
  target?: { atLeast: number } | { atMost: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

export function passes({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** Prints one line a figure; returns whether all targets were met. */
export function report(figures: readonly Figure[]): boolean {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const figure of figures) {
    const { name, value, unit, target } = figure;
    const shown = value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 100 ? 0 : 2);
    const wanted =
      target === undefined ? '' : 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
    const verdict = target === undefined ? '' : passes(figure) ? 'ok    ' : 'MISSED';
    console.log(`${name.padEnd(width)}  ${shown.padStart(9)} ${unit.padEnd(10)} ${verdict} ${wanted}`.trimEnd());
  }
  return figures.every(passes);
}
