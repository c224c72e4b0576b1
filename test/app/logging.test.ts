import { createLogger, truncateAddress } from '../../app/logging';

const lines: Record<string, unknown>[] = [];
const logger = createLogger(
  { level: 'info', version: '1.2.3', environment: 'staging' },
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);

beforeEach(() => {
  lines.length = 0;
});

test('a line is one JSON object with time, level, message and origin', () => {
  logger.info({ duration_ms: 3, metadata: { a: 1 } }, 'something happened');
  expect(lines).toEqual([
    {
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'info',
      message: 'something happened',
      service: 'nailbook-api',
      version: '1.2.3',
      environment: 'staging',
      duration_ms: 3,
      metadata: { a: 1 },
    },
  ]);
});

test('an error has its name, message, stack and code under `error`, however it was handed over', () => {
  const error = Object.assign(new TypeError('no'), { code: 'E_NO', password: 'secret' });
  logger.error({ err: error, request_id: 'r' }, 'failed');
  logger.child({ request_id: 'r' }).error({ error }, 'failed');
  logger.error(error, 'failed');
  const shape = {
    name: 'TypeError',
    message: 'no',
    stack_trace: expect.stringContaining('TypeError: no\n'),
    code: 'E_NO',
  };
  for (const line of lines) {
    expect(line['error']).toEqual(shape);
    expect(line).not.toHaveProperty('err');
  }
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('an error without a code has none, and what is no error is shown as text', () => {
  logger.error({ err: new Error('plain') }, 'failed');
  logger.error({ err: 'a string' }, 'failed');
  expect(lines[0]?.['error']).not.toHaveProperty('code');
  expect(lines[1]?.['error']).toEqual({ name: 'unknown', message: 'a string' });
});

test('an error says what caused it, and what caused that', () => {
  const refused = new Error('connect ECONNREFUSED');
  const failed = new TypeError('fetch failed', { cause: refused });
  logger.error({ err: new Error('no answer', { cause: failed }) }, 'failed');
  expect(lines[0]?.['error']).toMatchObject({
    message: 'no answer',
    stack_trace: expect.stringMatching(
      /^Error: no answer\n[\s\S]*\ncaused by TypeError: fetch failed\n[\s\S]*\ncaused by Error: connect ECONNREFUSED\n/,
    ),
  });
});

test('lines below the level are not written', () => {
  logger.debug('quiet');
  expect(lines).toEqual([]);
});

test.each([
  ['203.0.113.77', '203.0.113.0'],
  ['::ffff:203.0.113.77', '203.0.113.0'],
  ['2001:db8:1234:5678::1', '2001:db8:1234::'],
  ['2001:db8:1234:5678:9:a:b:c', '2001:db8:1234::'],
  ['2001:db8::1', '2001:db8::'],
  ['::1', '::'],
  ['fe80::1%eth0', 'fe80::'],
  ['Ub1c2…, a LINE id', 'unknown'],
  ['', 'unknown'],
])('of the address %s only %s is kept', (address, kept) => {
  expect(truncateAddress(address)).toBe(kept);
});
