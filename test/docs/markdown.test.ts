/** What the pages tell a person to type or to open is there: commands with their options, scripts, files, anchors, fields. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CommanderError } from 'commander';
import { configFields } from '../../bin/nailbook/config-fields';
import { nailbookProgram, withSubcommands } from '../../bin/nailbook/program';
import { environment } from '../../lib/config/environments';
import { ENVIRONMENT_NAMES } from '../../lib/config/schema';
import { scripts } from '../../package.json';

const ROOT = join(__dirname, '../..');

const files = [
  join(ROOT, 'README.md'),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(ROOT, 'docs', path)),
].map((path) => ({ path, name: relative(ROOT, path), text: readFileSync(path, 'utf8') }));

/** Each match's first group that took part, with the page. */
const found = (pattern: RegExp, where: (text: string) => string = (text) => text) =>
  files.flatMap(({ path, name, text }) =>
    [...where(text).matchAll(pattern)].map((match) => ({ path, name, found: match.slice(1).find(Boolean) ?? '' })),
  );

const FENCE = /^ *```\w*\n([\s\S]*?)^ *```/gm;
const blocks = (text: string) => [...text.matchAll(FENCE)].map(([, block = '']) => block).join('\n');
const prose = (text: string) => text.replaceAll(FENCE, '');

/** What stands in for a choice of the reader. */
const PLACEHOLDERS: Record<string, string> = {
  '<command>': 'config',
  '<state>': 'works',
  '<minutes>': '30',
  '<login>': 'mei',
};

/** As a shell splits it, as far as these go. */
const wordsOf = (line: string) =>
  [...line.replace(/ +(#|\||>) .*/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain = '']) => quoted ?? PLACEHOLDERS[plain] ?? plain,
  );

/** Reads the command line without doing what it says; null when it is understood, else the code of Commander's complaint. */
function complaint(line: string): string | null {
  const program = nailbookProgram({ out: () => undefined, err: () => undefined, columns: undefined });
  for (const command of withSubcommands(program)) if (command.commands.length === 0) command.action(() => undefined);
  try {
    program.parse(wordsOf(line), { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? null : error.code;
  }
}

describe('A command', () => {
  const inBlocks = found(/^ *(?:npx )?nailbook (.*)$/gm, blocks);
  // A sentence may name a command and leave out what the reader knows.
  const inProse = found(/`(?:npx )?nailbook ([^`]+)`/g, prose);

  test('is given often, in blocks and in sentences', () => {
    expect(inBlocks.length).toBeGreaterThan(90);
    expect(inProse.length).toBeGreaterThan(20);
  });

  test.each(inBlocks)('nailbook $found ($name)', ({ found: line }) => {
    expect(complaint(line)).toBeNull();
  });

  test.each(inProse)('`nailbook $found` ($name)', ({ found: line }) => {
    const incomplete = ['commander.missingArgument', 'commander.missingMandatoryOptionValue', 'commander.help'];
    expect([null, ...incomplete]).toContain(complaint(line));
  });

  test('that is not there would be noticed, with its option, its value and what it lacks', () => {
    expect(complaint('relese status production')).toBe('commander.unknownCommand');
    expect(complaint('release status prod')).toBe('commander.invalidArgument');
    expect(complaint('release status production --verbose')).toBe('commander.unknownOption');
    expect(complaint('release status')).toBe('commander.missingArgument');
    expect(complaint('maintenance run tidy-up')).toBe('commander.invalidArgument');
  });
});

test.each(found(/npm (?:run ([\w:]+)|(start|test)\b)/g))('the script $found is there ($name)', ({ found: script }) => {
  expect(Object.keys(scripts)).toContain(script);
});

describe('A link', () => {
  /** As GitHub makes it of a heading. */
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  const anchorsOf = (path: string) =>
    [...prose(readFileSync(path, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));

  const links = found(/\]\(([^)\s]+)\)/g).filter(({ found: target }) => !/^https?:/.test(target));

  test.each(links)('$found ($name)', ({ path, found: target }) => {
    const [file = '', hash] = target.split('#');
    const place = file === '' ? path : resolve(dirname(path), file);
    expect(existsSync(place)).toBe(true);
    expect(hash === undefined || anchorsOf(place).includes(hash)).toBe(true);
  });
});

test.each(found(/`((?:\.ci|\.github|app|bin|docs|lambda|lib|monitoring|test|web)\/[^`\s*<…]*)`/g, prose))(
  'the file $found is there ($name)',
  ({ found: path }) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  },
);

describe('A field of the configuration', () => {
  const fields = ENVIRONMENT_NAMES.flatMap((name) => configFields(environment(name)).map(({ path }) => path));
  const sections = [...new Set(fields.filter((path) => path.includes('.')).map((path) => path.replace(/\..*/, '')))];
  const named = found(new RegExp(`(?:\`|--with )((?:${sections.join('|')})\\.[\\w.]+)`, 'g'));

  test.each(named.filter(({ found: path }) => !/\.(?:ts|md)$/.test(path)))('$found ($name)', ({ found: path }) => {
    expect(fields.some((field) => field === path || field.startsWith(`${path}.`))).toBe(true);
  });
});
