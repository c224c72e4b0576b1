import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFolder } from '../../../bin/local/folder';

const folder = mkdtempSync(join(tmpdir(), 'nailbook-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const me = process.getuid?.() ?? 0;

test('the folder is made, and one that is there is taken', () => {
  const deep = join(folder, 'deep/new');
  prepareFolder(deep);
  prepareFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
});

test('a file in its place is named', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => prepareFolder(join(folder, 'file'))).toThrow(`${join(folder, 'file')} is a file`);
  expect(() => prepareFolder(join(folder, 'file/inside'))).toThrow('This user may not make the folder');
});

test('what another user left in it is named, with the commands that help; root may use it', () => {
  const used = join(folder, 'used');
  mkdirSync(join(used, 'postgres'), { recursive: true });
  expect(() => prepareFolder(used, me + 1)).toThrow(
    `${join(used, 'postgres')} belongs to user ${me}, who has started the platform here before; this is user ${me + 1}.
  Take it over: sudo chown -R ${me + 1} ${used}
  Or start afresh: sudo rm -r ${used}`,
  );
  prepareFolder(used, 0);
});
