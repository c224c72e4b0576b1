import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { nailbookProgram } from '../../../bin/nailbook/program';
import { nailbook } from '../../support/nailbook';

const COMMANDS = nailbookProgram({ out: () => undefined, err: () => undefined, columns: undefined }).commands.map(
  (command) => command.name(),
);

describe('The command line', () => {
  test('explains itself with 0 when asked, and with 2 when it was not understood', async () => {
    expect(await nailbook('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes'), err: '' });
    expect(await nailbook()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: nailbook') });
  });

  test('says which command was probably meant', async () => {
    expect(await nailbook('confg', 'staging')).toMatchObject({ code: 2, err: expect.stringContaining('config?') });
  });

  test.each([
    ['stagin', 'staging'],
    ['prod', 'production'],
    ['Production', 'production'],
  ])('says for the environment %s which was probably meant', async (typed, meant) => {
    const { code, out, err } = await nailbook('config', typed);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`'${typed}' is invalid for argument 'environment'`);
    expect(err).toContain(`Allowed is one of dev, staging, production (did you mean ${meant}?)`);
  });

  test('makes no guess when nothing is near', async () => {
    const { err } = await nailbook('config', 'moon');
    expect(err).toContain('Allowed is one of dev, staging, production.');
  });

  test('names an argument too many and an unknown option', async () => {
    expect(await nailbook('config', 'dev', 'staging')).toMatchObject({
      code: 2,
      err: expect.stringContaining('too many'),
    });
    expect(await nailbook('config', 'dev', '--jsn')).toMatchObject({ code: 2, err: expect.stringContaining('--json') });
  });

  test.each(COMMANDS)('gives examples in the help of %s', async (command) => {
    const { code, out } = await nailbook(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain(`  nailbook ${command} `);
  });
});

describe('Without credentials of AWS', () => {
  test.each([
    ['alerts', 'list', '--environment', 'staging'],
    ['alerts', 'acknowledge', 'NoTraffic', '--environment', 'staging'],
    ['alerts', 'test', 'P3', '--environment', 'staging'],
    ['maintenance', 'run', 'verify-backup', '--environment', 'staging'],
    ['restore', '--to', '2026-11-01T09:30:00Z', '--environment', 'staging', '--plan'],
    ['release', 'status', 'staging'],
    ['release', 'history', 'staging'],
    ['release', 'why', 'staging', 'last'],
    ['release', 'stop', 'staging'],
    ['release', 'check', 'staging'],
    ['rollback', 'staging', '--dry-run'],
    ['weights', 'staging'],
    ['announce', 'staging', 'works'],
  ])('%s %s says in a line what to do', async (...words) => {
    mockClient(STSClient).on(GetCallerIdentityCommand).rejects(new Error('nobody'));
    expect(await nailbook(...words)).toEqual({
      code: 1,
      out: '',
      err: 'error: AWS does not take the credentials: nobody. Sign in, or set AWS_PROFILE.\n',
    });
  });

  test('those of another account are refused before anything is looked at', async () => {
    mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Account: '1', Arn: 'arn:aws:iam::1:user/mei' });
    const { code, err } = await nailbook('maintenance', 'run', 'verify-backup', '--environment', 'staging');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('the credentials are of account 1, and staging is account'),
    ]);
  });
});

describe('A database', () => {
  afterEach(() => {
    delete process.env['DATABASE_URL'];
  });

  test.each([
    ['diagnose', 'pool'],
    ['repair', 'constraint'],
    ['add-admin', 'mei'],
    ['maintenance', 'list'],
  ])('that does not answer sends %s %s on', async (...words) => {
    process.env['DATABASE_URL'] = 'postgresql://me:secret@127.0.0.1:1/nailbook';
    const { code, err } = await nailbook(...words);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: the database does not answer: .*ECONNREFUSED.*\. Next: npx nailbook diagnose database\n$/,
    );
  });

  test.each([
    ['diagnose', 'database'],
    ['repair', 'constraint'],
    ['add-admin', 'mei'],
    ['maintenance', 'run', 'health-report'],
  ])('whose URL is none is not understood by %s %s, and not shown', async (...words) => {
    process.env['DATABASE_URL'] = 'me:secret@database';
    expect(await nailbook(...words)).toMatchObject({
      code: 2,
      err: 'error: DATABASE_URL must read postgresql://user:password@host:port/database\n',
    });
  });
});
