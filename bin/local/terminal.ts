/** What `npm start` writes: progress, and colours where somebody looks at them. */
import { styleText } from 'node:util';

/** Colours for a terminal; plain text for a pipe, a file, or somebody who set NO_COLOR (no-color.org). */
const colourful = process.stdout.isTTY && !process.env['NO_COLOR'];

export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return colourful ? styleText(format, text) : text;
}

/** Prints a line when a step is done, with the seconds that it took if it was not quick; `note` prints one while it goes on. */
export async function step<T>(name: string, work: (note: (message: string) => void) => Promise<T>): Promise<T> {
  const started = Date.now();
  const pending = colourful ? `  ${paint('dim', '…')} ${name}` : '';
  /** Takes the pending line's place, where the output is a terminal. */
  const print = (line: string) => process.stdout.write(`${colourful ? '\r\u001B[2K' : ''}${line}\n`);
  const finish = (mark: string) => {
    const seconds = (Date.now() - started) / 1000;
    print(`  ${mark} ${name}${seconds < 0.1 ? '' : paint('dim', `  ${seconds.toFixed(1)} s`)}`);
  };
  process.stdout.write(pending);
  try {
    const result = await work((message) => {
      print(`    ${message}`);
      process.stdout.write(pending);
    });
    finish(paint('green', '✓'));
    return result;
  } catch (error) {
    finish(paint('red', '✗'));
    throw error;
  }
}
