import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

test('What the Dockerfile copies is all that the bundle is built from, and .dockerignore lets it through', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  expect(allowed.map((line) => line.slice(1)).toSorted()).toEqual(copied.toSorted());

  const context = mkdtempSync(join(tmpdir(), 'nailbook-image-'));
  try {
    for (const path of copied) cpSync(join(ROOT, path), join(context, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(context, 'node_modules'));
    execFileSync('npm', ['run', '--silent', 'build', '--', 'api'], { cwd: context });
    for (const file of ['bin/main.js', 'bin/migrations', 'static']) {
      expect(existsSync(join(context, 'dist/api', file))).toBe(true);
    }
  } finally {
    rmSync(context, { recursive: true });
  }
});
