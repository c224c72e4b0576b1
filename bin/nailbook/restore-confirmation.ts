/** Asks the person at the keyboard, or reads what a script pipes in. */
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './terminal';

/** The answer without blanks around it; empty when there is nobody to answer. */
export async function ask(terminal: Terminal, question: string): Promise<string> {
  terminal.err(question);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}
