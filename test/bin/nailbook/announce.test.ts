import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { s3Store } from '../../../bin/nailbook/announce';
import { statusPage, withWord, type Word } from '../../../bin/nailbook/status-page';
import { nailbook } from '../../support/nailbook';

const folder = mkdtempSync(join(tmpdir(), 'nailbook-status-'));
afterAll(() => rmSync(folder, { recursive: true }));

const word = (more: Partial<Word> = {}): Word => ({
  at: '2026-11-22T03:14:00.000Z',
  state: 'slow',
  zh: '',
  en: '',
  next: null,
  ...more,
});

test('the page says the newest state in both languages, with local times, and keeps what was said before', async () => {
  expect(
    (await nailbook('announce', 'staging', 'slow', '--en', 'Sorry.', '--next', '30', '--folder', folder)).code,
  ).toBe(0);
  const { out } = await nailbook('announce', 'staging', 'works', '--folder', folder);
  expect(out).toContain(join(folder, 'status.html'));
  const page = readFileSync(join(folder, 'status.html'), 'utf8');
  expect(page).toContain('<title>一切正常 · Everything works</title>');
  expect(page.indexOf('Everything works</p>')).toBeLessThan(page.indexOf('Booking is slow</p>'));
  expect(page).toMatch(/<p>Sorry\.<\/p>\n<p>下次更新 · Next word: \d{4}-\d\d-\d\d \d\d:\d\d<\/p>/);
  const { words } = JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8'));
  expect(words).toHaveLength(2);
});

test('a dry run writes nothing', async () => {
  const before = readFileSync(join(folder, 'status.json'), 'utf8');
  const { out } = await nailbook('announce', 'staging', 'failing', '--folder', folder, '--dry-run');
  expect(out).toContain('<h1>目前無法預約<br>Booking does not work</h1>');
  expect(readFileSync(join(folder, 'status.json'), 'utf8')).toBe(before);
});

test('what people write is text, times are those of the salons, and only the last fifty words are kept', () => {
  const page = statusPage({ words: [word({ en: '<script>alert("&")</script>' })] }, 'Asia/Taipei');
  expect(page).toContain('<p>&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</p>');
  expect(page).toContain('<time datetime="2026-11-22T03:14:00.000Z">2026-11-22 11:14</time>');
  expect(withWord({ words: Array(50).fill(word()) }, word({ state: 'works' })).words).toHaveLength(50);
});

test("it goes into the bucket of the customers' site, where caches keep it for half a minute", async () => {
  const client = new S3Client({ region: 'ap-northeast-1' });
  const s3 = mockClient(client);
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: {} }));
  const store = s3Store(client, 'bucket', 'book.nailbook.example');
  expect(await store.read()).toEqual({ words: [] });
  await store.write('{}', '<html>');
  expect(store.where).toBe('https://book.nailbook.example/status.html');
  expect(
    s3
      .commandCalls(PutObjectCommand)
      .map(({ args: [{ input }] }) => [input.Key, input.ContentType, input.CacheControl]),
  ).toEqual([
    ['status.html', 'text/html; charset=utf-8', 'public, max-age=30'],
    ['status.json', 'application/json', 'public, max-age=30'],
  ]);
});

test.each([
  [['announce', 'staging', 'maintainance'], 'did you mean maintenance?'],
  [['announce', 'staging', 'slow', '--next', 'soon'], 'Allowed is a whole number of minutes'],
])('%j is not understood', async (args, message) => {
  const { code, err } = await nailbook(...args);
  expect(err).toContain(message);
  expect(code).toBe(2);
});
