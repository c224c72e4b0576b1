/** Takes a migration's SQL apart: statements with their places, without comments and without what stands in quotes. */

export interface Statement {
  /** Without comments; the content of strings and dollar quotes is left out. */
  text: string;
  /** Lines of the file, from 1: the comments directly before a statement belong to it. */
  firstLine: number;
  lastLine: number;
}

/** A comment, a string, a quoted name, a dollar-quoted text, the end of a statement, or what is none of these. */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|;|[^;'"$/-]+|[\s\S]/g;

export function statementsOf(sql: string): Statement[] {
  const statements: Statement[] = [];
  let [text, line, firstLine] = ['', 1, 1];
  for (const [token, dollar] of sql.matchAll(TOKEN)) {
    line += token.split('\n').length - 1;
    if (token === ';') {
      statements.push({ text: text.replaceAll(/\s+/g, ' ').trim(), firstLine, lastLine: line });
      text = '';
      firstLine = line;
    } else if (dollar !== undefined) text += '$$';
    else if (token.startsWith("'")) text += "''";
    else if (token.startsWith('--') || token.startsWith('/*')) text += ' ';
    else text += token;
  }
  if (text.trim() !== '') statements.push({ text: text.replaceAll(/\s+/g, ' ').trim(), firstLine, lastLine: line });
  return statements;
}

/** The way up alone; its lines keep their numbers. Null when the file has no such part, or no way down. */
export function wayUp(text: string): string | null {
  const up = /^-- Up Migration\s*$/m.exec(text);
  const down = /^-- Down Migration\s*$/m.exec(text);
  if (!up || !down || down.index < up.index) return null;
  return text.slice(0, up.index).replaceAll(/[^\n]/g, ' ') + text.slice(up.index, down.index);
}
