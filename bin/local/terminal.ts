/** What `npm start` writes: progress, and colours where somebody looks at them. */
import { styleText } from 'node:util';

/** Colours for a terminal; plain text for a pipe, a file, or somebody who set NO_COLOR (no-color.org). */
const colourful = process.stdout.isTTY && !process.env['NO_COLOR'];

export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return colourful ? styleText(format, text) : text;
}

/** Prints a line when a step is done, with the seconds that it took if it was not quick. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  if (colourful) process.stdout.write(`  ${paint('dim', '…')} ${name}`);
  const finish = (mark: string) => {
    const seconds = (Date.now() - started) / 1000;
    const time = seconds < 0.1 ? '' : paint('dim', `  ${seconds.toFixed(1)} s`);
    process.stdout.write(`${colourful ? '\r' : ''}  ${mark} ${name}${time}\n`);
  };
  try {
    const result = await work();
    finish(paint('green', '✓'));
    return result;
  } catch (error) {
    finish(paint('red', '✗'));
    throw error;
  }
}
