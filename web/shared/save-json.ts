/** Hands a value to the browser as a file to keep. */

const READ_MS = 60_000;

/** Indented, for people too. `fileName` without its ending. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

export function saveJson(fileName: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([toJson(value)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName}.json`;
  link.click();
  // Some browsers read it only after this has returned.
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}
