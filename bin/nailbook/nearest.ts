/** Guesses which name was meant by a mistyped one. */

/** Of the names, the one that differs least, when it differs by no more than a third of its letters (and a prefix always counts). */
function nearest(typed: string, names: readonly string[]): string | undefined {
  const lower = typed.toLowerCase();
  const ranked = names
    .map((name) => ({ name, distance: name.toLowerCase().startsWith(lower) ? 0 : edits(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return typed === '' ? undefined : ranked[0]?.name;
}

/** ` (did you mean production?)`, or nothing. */
export function suggestion(typed: string, names: readonly string[]): string {
  const name = nearest(typed, names);
  return name === undefined ? '' : ` (did you mean ${name}?)`;
}

/** Letters to insert, delete or replace (Levenshtein). */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
