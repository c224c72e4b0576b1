/** What is unsafe while the release before still runs, and squawk does not look at. */
import type { Statement } from './statements';

export interface Found {
  rule: string;
  line: number;
  /** What happens to the release that still runs. */
  message: string;
}

interface Rule {
  rule: string;
  pattern: RegExp;
  message: string;
}

/** Where a pattern has a group, it is the table: what was made in the same migration is empty, and nobody uses it yet. */
const RULES: readonly Rule[] = [
  {
    rule: 'drop-constraint',
    pattern: /^ALTER TABLE (?:ONLY )?(?:IF EXISTS )?([\w".]+) .*\bDROP CONSTRAINT\b/i,
    message: 'The release before may name the constraint (ON CONFLICT ON CONSTRAINT) or rely on what it refuses.',
  },
  {
    rule: 'drop-what-code-calls',
    pattern:
      /^DROP (?:FUNCTION|PROCEDURE|ROUTINE|(?:MATERIALIZED )?VIEW|TRIGGER|TYPE|DOMAIN|SEQUENCE|SCHEMA|EXTENSION|POLICY)\b/i,
    message: 'The release before may still call or need it: drop it in a migration after the one that stops using it.',
  },
  {
    rule: 'revoke',
    pattern: /^REVOKE .* FROM .*\bnailbook_(?:api|maintenance)\b/i,
    message: 'The release before may still use the right.',
  },
  {
    rule: 'change-all-rows',
    pattern: /^(?:UPDATE (?:ONLY )?|DELETE FROM (?:ONLY )?|TRUNCATE (?:TABLE )?(?:ONLY )?)([\w".]+)(?!.* WHERE )/i,
    message: 'It locks every row until the migration ends: change them in batches, by a maintenance task.',
  },
  {
    rule: 'exclusive-lock',
    pattern:
      /^(?:LOCK (?:TABLE )?(?:ONLY )?|CLUSTER (?:VERBOSE )?|VACUUM .*\bFULL\b ?|REFRESH MATERIALIZED VIEW (?!CONCURRENTLY))([\w".]*)/i,
    message: 'Nobody reads or writes the table until the migration ends.',
  },
  {
    rule: 'rewrite',
    pattern: /^ALTER TABLE (?:ONLY )?(?:IF EXISTS )?([\w".]+) .*\bSET (?:LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)\b/i,
    message: 'The whole table is written anew, and nobody reads or writes it meanwhile.',
  },
  {
    rule: 'lock-timeout',
    pattern: /^SET (?:LOCAL |SESSION )?lock_timeout\b/i,
    message:
      'app/database/migrate.ts lets a migration wait 5 s for a lock: waiting longer holds up every booking behind it.',
  },
  {
    rule: 'hidden-statements',
    pattern: /^DO\b/i,
    message: 'What a DO block executes is text until it runs, and cannot be checked here.',
  },
];

export function findUnsafe(statements: readonly Statement[]): Found[] {
  const made = new Set(
    statements.flatMap(({ text }) => {
      const [, name] = /^CREATE (?:UNLOGGED |TEMP )?TABLE (?:IF NOT EXISTS )?([\w".]+)/i.exec(text) ?? [];
      return name === undefined ? [] : [name.toLowerCase()];
    }),
  );
  return statements.flatMap(({ text, lastLine }) =>
    RULES.flatMap(({ rule, pattern, message }) => {
      const match = pattern.exec(text);
      if (!match || (match[1] !== undefined && made.has(match[1].toLowerCase()))) return [];
      return [{ rule, line: lastLine, message }];
    }),
  );
}
