import { readSettings } from '../../app/settings';

const KEY = 'k'.repeat(32);
const URL = 'postgresql://nailbook_api:secret@127.0.0.1:5432/nailbook';
const ARN = 'arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:nailbook/dev/database';
const CREDENTIALS = Buffer.alloc(32, 1).toString('base64');
const local = { DATABASE_URL: URL, TOKEN_KEY: KEY, CREDENTIALS_KEY: CREDENTIALS };

const refusal = (env: Record<string, string | undefined>) => {
  try {
    readSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The settings were taken');
};

test('a machine of one’s own needs a database and keys, the rest has defaults', () => {
  expect(readSettings(local)).toMatchObject({
    environment: 'local',
    version: 'dev',
    host: '127.0.0.1',
    port: 8000,
    logLevel: 'info',
    database: { url: URL },
    databaseReaders: [],
    poolSize: 20,
    poolOverflow: 10,
    tokenKey: { value: KEY },
  });
});

test('on AWS the database is a host and a secret that is read when it connects, for the readers too', () => {
  const { DATABASE_URL: _, ...rest } = local;
  const settings = readSettings({
    ...rest,
    DATABASE_HOST: 'primary.internal',
    DATABASE_READER_HOST: 'reader-1.internal,reader-2.internal',
    DATABASE_SECRET_ARN: ARN,
    DATABASE_PORT: '6432',
    TOKEN_KEY: undefined,
    TOKEN_KEY_SECRET_ARN: ARN,
    PORT: '9000',
    HOST: '0.0.0.0',
  });
  const place = { port: 6432, database: 'nailbook', secretArn: ARN };
  expect(settings).toMatchObject({
    port: 9000,
    host: '0.0.0.0',
    database: { host: 'primary.internal', ...place },
    databaseReaders: [
      { host: 'reader-1.internal', ...place },
      { host: 'reader-2.internal', ...place },
    ],
    tokenKey: { secretArn: ARN },
  });
});

test('an empty variable is as good as none', () => {
  expect(readSettings({ ...local, PORT: '', LOG_LEVEL: '', DATABASE_READER_URL: '' })).toMatchObject({
    port: 8000,
    logLevel: 'info',
    databaseReaders: [],
  });
});

test('everything that is missing or wrong is said at once', () => {
  const message = refusal({ PORT: '80000', LOG_LEVEL: 'loud', DATABASE_POOL_SIZE: '1.5' });
  expect(message).toMatch(/^The API cannot start:\n/);
  for (const line of [
    'PORT is "80000": a whole number from 0 to 65535 is allowed',
    'LOG_LEVEL is "loud": fatal, error, warn, info, debug, trace, silent are allowed',
    'DATABASE_POOL_SIZE is "1.5": a whole number from 2 to 500 is allowed',
    'DATABASE_URL is not set: give it, or DATABASE_HOST and DATABASE_SECRET_ARN',
    'TOKEN_KEY is not set: give it, or TOKEN_KEY_SECRET_ARN',
  ])
    expect(message).toContain(`\n  ${line}`);
});

test.each([
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '1e3'],
  ['PORT', ' 8000'],
  ['DATABASE_POOL_SIZE', '0'],
  ['DATABASE_POOL_SIZE', '501'],
  ['DATABASE_POOL_OVERFLOW', '-1'],
  ['DATABASE_PORT', '0'],
  ['DATABASE_HOST', 'primary.internal,other.internal'],
  ['DATABASE_READER_HOST', 'reader.internal,'],
  ['LINE_API_URL', 'api.line.me'],
  ['LINE_API_URL', 'https://'],
  ['WORKER_LEADER', 'constructor'],
])('%s=%s is refused by name', (name, value) => {
  const { DATABASE_URL: _, ...rest } = local;
  const onAws = { DATABASE_HOST: 'primary.internal', DATABASE_SECRET_ARN: ARN };
  expect(refusal({ ...rest, ...onAws, [name]: value })).toContain(`${name} is "${value}"`);
});

test('a host without the secret that opens it is refused, not ignored', () => {
  const { DATABASE_URL: _, ...rest } = local;
  expect(refusal({ ...rest, DATABASE_HOST: 'primary.internal' })).toContain(
    'DATABASE_HOST is set but DATABASE_SECRET_ARN is not',
  );
  expect(refusal({ ...local, DATABASE_READER_HOST: 'reader.internal' })).toContain(
    'DATABASE_READER_HOST is set but DATABASE_SECRET_ARN is not',
  );
});

test.each(['localhost:5432/nailbook', 'mysql://root:hunter2@db/x', 'postgresql//x'])(
  'a database URL that is none is refused without repeating it: %s',
  (url) => {
    const message = refusal({ ...local, DATABASE_URL: url });
    expect(message).toContain('DATABASE_URL must read postgresql://');
    expect(message).not.toContain(url);
  },
);

test('a cache that cannot be meant is refused, and so is its secret without it', () => {
  for (const url of ['redis://cache:port', 'redis://user:hunter2@cache:6379', 'http://cache'])
    expect(refusal({ ...local, CACHE_URL: url })).toBe(
      'The API cannot start:\n  CACHE_URL must be redis://host:port or rediss://host:port, without credentials',
    );
  expect(refusal({ ...local, CACHE_SECRET_ARN: ARN })).toContain('CACHE_SECRET_ARN is set but CACHE_URL is not');
});

test('a key too short to sign with is refused, and not shown', () => {
  const message = refusal({ ...local, TOKEN_KEY: 'swordfish' });
  expect(message).toContain('TOKEN_KEY has 9 characters: at least 32 are needed');
  expect(message).not.toContain('swordfish');
});

test('alerts go into a queue or to a webhook, not both', () => {
  const queue = { ALERT_QUEUE_URL: 'https://sqs.example/1/alerts' };
  expect(readSettings({ ...local, ...queue }).alerts).toMatchObject({
    queueUrl: queue.ALERT_QUEUE_URL,
    webhookUrl: null,
  });
  expect(refusal({ ...local, ...queue, ALERT_WEBHOOK_URL: 'https://hooks.example' })).toContain(
    'ALERT_QUEUE_URL and ALERT_WEBHOOK_URL are both set',
  );
});

test('who judges alerts and whom they are told has defaults, and a bad value is named without its secret', () => {
  expect(readSettings(local).alerts).toEqual({
    role: 'elected',
    webhookUrl: null,
    slackWebhookUrl: null,
    queueUrl: null,
    runbooksUrl: null,
    dashboardUrl: null,
  });
  const told = {
    WORKER_LEADER: 'true',
    SLACK_WEBHOOK_URL: 'https://hooks.example/T/B/x',
    RUNBOOKS_URL: 'https://docs.example/r/',
  };
  expect(readSettings({ ...local, ...told }).alerts).toMatchObject({
    role: 'always',
    slackWebhookUrl: 'https://hooks.example/T/B/x',
    runbooksUrl: 'https://docs.example/r',
  });
  expect(readSettings({ ...local, WORKER_LEADER: 'false' }).alerts.role).toBe('never');
  const message = refusal({ ...local, WORKER_LEADER: 'yes', ALERT_WEBHOOK_URL: 'secret', DASHBOARD_URL: 'here' });
  expect(message).toContain('WORKER_LEADER is "yes": true or false are allowed');
  expect(message).toContain('ALERT_WEBHOOK_URL must be an http(s) URL');
  expect(message).toContain('DASHBOARD_URL is "here": it must be an http(s) URL');
  expect(message).not.toContain('secret');
});
