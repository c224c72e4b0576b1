/** Judges a migration: what is unsafe in its way up, unless a comment accepts it with a reason (requirement B3). */
import { findUnsafe, type Found } from './own-rules';
import { askSquawk } from './squawk';
import { statementsOf, wayUp, type Statement } from './statements';

/** Only the way up is judged: the way down takes away what came, by its nature, and a person starts it. */
export function lintMigration(text: string): Found[] {
  const up = wayUp(text);
  if (up === null) {
    return [{ rule: 'two-ways', line: 1, message: 'It needs "-- Up Migration", and after it "-- Down Migration".' }];
  }
  const statements = statementsOf(up);
  const found = [...askSquawk(up), ...findUnsafe(statements)];
  const accepted = acceptances(up);
  const used = new Set<Acceptance>();
  const left = found.filter(({ rule, line }) => {
    const statement = statementAt(statements, line);
    const acceptance = accepted.find((each) => each.rule === rule && statementAt(statements, each.line) === statement);
    if (acceptance) used.add(acceptance);
    return !acceptance;
  });
  const useless = accepted
    .filter((each) => !used.has(each))
    .map(({ rule, line }) => ({
      rule: 'accepts-nothing',
      line,
      message: `Nothing here is found by ${rule}: take the comment away, or put it before the statement that it is about.`,
    }));
  const unreasoned = accepted
    .filter(({ reason }) => reason.length < 10)
    .map(({ rule, line }) => ({ rule: 'no-reason', line, message: `Say why ${rule} does no harm here.` }));
  return [...left, ...useless, ...unreasoned].toSorted((a, b) => a.line - b.line);
}

interface Acceptance {
  rule: string;
  reason: string;
  line: number;
}

/** `-- Accepted <rule>: <reason>`, before the statement that it is about or inside it. */
function acceptances(sql: string): Acceptance[] {
  return sql.split('\n').flatMap((line, index) => {
    const [, rule, reason] = /^\s*-- Accepted ([a-z-]+):\s*(.*)$/.exec(line) ?? [];
    return rule === undefined || reason === undefined ? [] : [{ rule, reason: reason.trim(), line: index + 1 }];
  });
}

function statementAt(statements: readonly Statement[], line: number): Statement | undefined {
  return statements.find(({ lastLine }) => line <= lastLine);
}
