import { observe } from '../../../lambda/alerts/observations';
import { alarmBody, apiBody, LINKS, NOW } from './support';

const see = (body: string) => observe(body, NOW, LINKS);

test('an alarm is told in the words of its description, with its page and the dashboard', () => {
  expect(see(alarmBody('HighBookingErrorRate', 'ALARM', NOW - 5000))).toEqual([
    {
      kind: 'alarm',
      name: 'HighBookingErrorRate',
      source: 'cloudwatch arn:aws:cloudwatch:ap-northeast-1:222222222222:alarm:nailbook-staging-HighBookingErrorRate',
      state: 'firing',
      at: NOW - 5000,
      severity: 'P0',
      about: {
        broke: 'More than 5 % of the attempts to book fail on our side.',
        users: 'Customers cannot book and are asked to try again',
        value: expect.stringContaining('Threshold Crossed'),
        runbook: 'https://runbooks.example/booking-errors.md',
        dashboard: 'https://console.example/dashboard',
      },
    },
  ]);
});

test('a description of one line names its page too', () => {
  const text =
    'P1: verify-backup failed. Checks that backups exist. What it found is in its log; docs/runbooks/backups.md';
  expect(see(alarmBody('VerifyBackupFailed', 'ALARM', NOW, 'p1', text))).toMatchObject([
    {
      name: 'VerifyBackupFailed',
      severity: 'P1',
      about: {
        broke: 'verify-backup failed. Checks that backups exist. What it found is in its log',
        users: null,
        runbook: 'https://runbooks.example/backups.md',
        dashboard: 'https://metrics.example',
      },
    },
  ]);
});

test('an alarm that has no data says nothing', () => {
  expect(see(alarmBody('NoTraffic', 'INSUFFICIENT_DATA', NOW))).toEqual([]);
});

test("the API's alert has the name of the alarm of the same level, so that both are one incident", () => {
  expect(see(apiBody('LinePushFailures', false, NOW, NOW, 'P1'))).toMatchObject([
    {
      kind: 'alarm',
      name: 'LinePushFailures',
      source: 'api',
      state: 'firing',
      at: NOW,
      severity: 'P1',
      about: {
        broke: 'More than 5 % of the messages to LINE are lost',
        users: 'Customers get no confirmation or reminder',
        value: '20 %',
        runbook: 'https://runbooks.example/line-push-failures.md',
      },
    },
  ]);
  expect(see(apiBody('LinePushFailures', true, NOW, NOW + 1000, 'P1'))).toMatchObject([
    { state: 'resolved', at: NOW + 1000 },
  ]);
});

test('an acknowledgement is one', () => {
  expect(see(JSON.stringify({ acknowledge: { name: 'NoTraffic', by: 'mei' } }))).toEqual([
    { kind: 'acknowledgement', name: 'NoTraffic', by: 'mei', at: NOW },
  ]);
});

test.each([
  ['text', 'The budget is used up'],
  ['a list', '[1]'],
  ['nothing', '{}'],
  ['an alert without a name', JSON.stringify({ alerts: [{ status: 'firing' }] })],
  [
    'an event of AWS',
    JSON.stringify({ TopicArn: 'x-p3', MessageId: '1', Message: '{"detail":"a failover"}', Timestamp: 'x' }),
  ],
])('%s is told as a notice rather than lost, and is the same notice when it comes again', (_what, body) => {
  const [one, ...others] = see(body);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ kind: 'notice', name: expect.stringMatching(/^Notice-[0-9a-f]{12}$/) });
  expect(see(body)[0]?.name).toBe(one?.name);
});
