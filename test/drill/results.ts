/** What the drill found: figures to print, and differences, of which one is enough to fail. */

export interface Result {
  part: string;
  figures: [name: string, value: string][];
  problems: string[];
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

export function print({ part, figures, problems }: Result): void {
  console.log(`\n${part}`);
  const width = Math.max(...figures.map(([name]) => name.length));
  for (const [name, value] of figures) console.log(`  ${name.padEnd(width)}  ${value}`);
  for (const problem of problems) console.log(`  FAILED: ${problem}`);
}
