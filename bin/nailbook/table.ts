/** Lays out text in columns for a terminal. */

export interface Column {
  /** @default 'left' */
  align?: 'left' | 'right';
}

/**
 * Lines with their cells in columns two spaces apart. When the width (characters) is known, the last column is wrapped into it; it keeps
 * at least 30 characters.
 */
export function table(rows: readonly string[][], columns: readonly Column[], width?: number): string[] {
  const last = columns.length - 1;
  const widths = columns.map((_, index) => Math.max(0, ...rows.map((row) => row[index]?.length ?? 0)));
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
  return rows.flatMap((row) => {
    const cells = columns.slice(0, last).map(({ align }, index) => pad(row[index] ?? '', widths[index] ?? 0, align));
    const tail =
      columns[last]?.align === 'right' ? pad(row[last] ?? '', widths[last] ?? 0, 'right') : (row[last] ?? '');
    const [first = '', ...others] = width === undefined ? [tail] : wrap(tail, Math.max(30, width - before));
    return [[...cells, first].join('  ').trimEnd(), ...others.map((line) => ' '.repeat(before) + line)];
  });
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}

/** Breaks between words; a word longer than the width stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
