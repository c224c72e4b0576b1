/** The sender against receivers over HTTP that fail in every way. */
import { createServer, type Server } from 'node:http';
import { parseAddresses } from '../../../lambda/alerts/send/addresses';
import { postWith, type Outcome } from '../../../lambda/alerts/send/http';
import type { Sending } from '../../../lambda/alerts/send/send';
import { delayAfter, work, type QueuedPost } from '../../../lambda/alerts/send/work';
import { due, hear, type Pending } from '../../../lambda/alerts/incident';
import { observe } from '../../../lambda/alerts/observations';
import { startReceiver, type Receiver } from '../../support/receiver';
import { alarmBody, LINKS, MemoryStore, MINUTE, NOW } from './support';

let receiver: Receiver;
let store: MemoryStore;
let mails: { to: string[]; subject: string; text: string }[];
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  store = new MemoryStore();
  mails = [];
  receiver.faults.length = 0;
  receiver.received.length = 0;
  receiver.refused.length = 0;
});

const KEY = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6';

function secret(changes: object = {}): string {
  const { url } = receiver;
  return JSON.stringify({
    pagerduty_routing_key: KEY,
    pagerduty_url: url,
    slack_webhook_url: url,
    webhook_url: url,
    email: {
      on_call: ['on-call@nailbook.example'],
      senior: ['senior@nailbook.example'],
      cto: ['cto@nailbook.example'],
    },
    ...changes,
  });
}

/** What became of a post: done with, waiting so many seconds, or given up with a reason. */
async function sendPost(
  name: Pending['receiver'],
  messages: object[],
  changes: { secret?: string; tries?: number; timeoutMs?: number } = {},
) {
  const result: { waits: number | null; gaveUp: string | null; again: boolean } = {
    waits: null,
    gaveUp: null,
    again: false,
  };
  const sending: Sending = {
    store,
    addresses: () => Promise.resolve(parseAddresses(changes.secret ?? secret())),
    post: postWith(changes.timeoutMs),
    mail: (to, subject, text): Promise<Outcome> => {
      mails.push({ to, subject, text });
      return Promise.resolve({ kind: 'taken' });
    },
    environment: 'staging',
    clock: () => NOW + 5 * MINUTE,
  };
  const record: QueuedPost = {
    messageId: '1',
    receiptHandle: 'handle',
    body: JSON.stringify({ receiver: name, messages }),
    attributes: { ApproximateReceiveCount: String(changes.tries ?? 1), MessageGroupId: name },
  };
  const doing = {
    log: () => undefined,
    waitFor: (seconds: number) => {
      result.waits = seconds;
      return Promise.resolve();
    },
    giveUp: (why: string) => {
      result.gaveUp = why;
      return Promise.resolve();
    },
  };
  await work(sending, record, doing).catch(() => (result.again = true));
  return result;
}

/** Of an alarm that has just come. */
function newsFor(name: Pending['receiver'], alarm = 'HighBookingErrorRate', severity = 'p0'): Pending[] {
  const [said] = observe(alarmBody(alarm, 'ALARM', NOW, severity), NOW, LINKS);
  const incident = said && hear(null, said, NOW);
  return incident ? due(incident, NOW + 10 * MINUTE).filter((one) => one.receiver === name) : [];
}

test('Slack is told what broke, what users feel, what was measured, and where to look', async () => {
  await sendPost('slack', [...newsFor('slack'), ...newsFor('slack', 'CacheHitsLow', 'p3')]);
  expect(receiver.received.map(({ body }) => body)).toMatchInlineSnapshot(`
   [
     {
       "blocks": [
         {
           "text": {
             "text": ":red_circle: *P0 HighBookingErrorRate* (staging)
   More than 5 % of the attempts to book fail on our side.
   What users feel: Customers cannot book and are asked to try again.
   Measured: Threshold Crossed: 1 datapoint [0.2] was greater than the threshold (0.05).
   To be answered within 15 minutes.
   <https://runbooks.example/booking-errors.md|Runbook> · <https://console.example/dashboard|Dashboard>",
             "type": "mrkdwn",
           },
           "type": "section",
         },
         {
           "text": {
             "text": ":large_blue_circle: *P3 CacheHitsLow* (staging)
   More than 5 % of the attempts to book fail on our side.
   What users feel: Customers cannot book and are asked to try again.
   Measured: Threshold Crossed: 1 datapoint [0.2] was greater than the threshold (0.05).
   To be answered on the next working day.
   <https://runbooks.example/booking-errors.md|Runbook> · <https://console.example/dashboard|Dashboard>",
             "type": "mrkdwn",
           },
           "type": "section",
         },
       ],
       "text": "Nailbook staging: P0 HighBookingErrorRate, P3 CacheHitsLow",
     },
   ]
  `);
});

test('PagerDuty gets an event with a key that is the same for everything about this incident', async () => {
  const [page] = newsFor('pager');
  for (const event of ['fired', 'acknowledged', 'resolved']) await sendPost('pager', [{ ...page, id: event, event }]);
  const bodies = receiver.received.map(({ body }) => body);
  expect(bodies[0]).toMatchInlineSnapshot(`
   {
     "client": "Nailbook staging",
     "client_url": "https://console.example/dashboard",
     "dedup_key": "nailbook staging HighBookingErrorRate 2026-11-22T04:00:00.000Z",
     "event_action": "trigger",
     "links": [
       {
         "href": "https://runbooks.example/booking-errors.md",
         "text": "Runbook",
       },
       {
         "href": "https://console.example/dashboard",
         "text": "Dashboard",
       },
     ],
     "payload": {
       "component": "HighBookingErrorRate",
       "custom_details": {
         "measured": "Threshold Crossed: 1 datapoint [0.2] was greater than the threshold (0.05).",
         "runbook": "https://runbooks.example/booking-errors.md",
         "users": "Customers cannot book and are asked to try again",
       },
       "severity": "critical",
       "source": "nailbook-staging",
       "summary": "P0 HighBookingErrorRate: More than 5 % of the attempts to book fail on our side.",
       "timestamp": "2026-11-22T04:00:00.000Z",
     },
     "routing_key": "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6",
   }
  `);
  expect(bodies.slice(1)).toEqual(
    ['acknowledge', 'resolve'].map((event_action) => ({
      routing_key: KEY,
      event_action,
      dedup_key: bodies[0]?.['dedup_key'],
    })),
  );
});

test("the generic webhook gets Alertmanager's format with a key for repetitions", async () => {
  await sendPost('webhook', newsFor('webhook'));
  expect(receiver.received[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/);
  expect(receiver.received[0]?.body).toMatchObject({
    version: '4',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'HighBookingErrorRate', severity: 'P0', environment: 'staging' },
        annotations: {
          description: 'What users feel: Customers cannot book and are asked to try again',
          runbook_url: 'https://runbooks.example/booking-errors.md',
          dashboard_url: 'https://console.example/dashboard',
        },
        endsAt: '0001-01-01T00:00:00Z',
      },
    ],
  });
});

test('e-mail goes to who is on call; of an escalation to everybody up to the one who is called', async () => {
  const [news] = newsFor('email', 'OverlapSpike', 'p2');
  await sendPost('email', [{ ...news }]);
  await sendPost('email', [{ ...news, id: 'another', event: 'escalated', to: 'senior' }]);
  expect(mails).toEqual([
    {
      to: ['on-call@nailbook.example'],
      subject: '[Nailbook staging] P2 OverlapSpike',
      text: expect.stringContaining('Runbook: https://runbooks.example/booking-errors.md'),
    },
    {
      to: ['on-call@nailbook.example', 'senior@nailbook.example'],
      subject: '[Nailbook staging] P2 OverlapSpike: nobody has answered, the senior on call is called',
      text: expect.stringContaining('It has been open for'),
    },
  ]);
});

describe('A receiver', () => {
  test.each([500, 503, 429, 408, 0])('that answers %i is tried again later, and gets it once', async (fault) => {
    receiver.faults.push(fault);
    expect(await sendPost('webhook', newsFor('webhook'))).toEqual({ waits: 15, gaveUp: null, again: true });
    expect(await sendPost('webhook', newsFor('webhook'), { tries: 2 })).toEqual({
      waits: null,
      gaveUp: null,
      again: false,
    });
    expect(await sendPost('webhook', newsFor('webhook'))).toEqual({ waits: null, gaveUp: null, again: false });
    expect(receiver.received).toHaveLength(1);
  });

  test.each([400, 401, 404])('that answers %i has refused: a person has to look', async (fault) => {
    receiver.faults.push(fault);
    expect(await sendPost('slack', newsFor('slack'))).toMatchObject({
      gaveUp: expect.stringContaining(`it answered ${fault}`),
      again: false,
    });
  });

  describe('that never answers', () => {
    let silent: Server;
    afterEach(() => {
      silent.closeAllConnections();
      silent.close();
    });
    test('is given up after its time, and tried again', async () => {
      silent = createServer(() => undefined);
      await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
      const address = silent.address();
      const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
      expect(
        await sendPost('slack', newsFor('slack'), { secret: secret({ slack_webhook_url: url }), timeoutMs: 50 }),
      ).toMatchObject({
        waits: 15,
        again: true,
      });
    });
  });

  test('that says when is asked then, and others more and more rarely', () => {
    expect([1, 2, 3, 4, 5, 6, 500].map((tries) => delayAfter(tries, null))).toEqual([15, 30, 60, 120, 240, 300, 300]);
    expect(delayAfter(1, 90)).toBe(90);
    expect(delayAfter(1, 1e9)).toBe(3600);
  });

  test('that nobody has named is left out; while nobody at all is named, everything waits', async () => {
    expect(await sendPost('slack', newsFor('slack'), { secret: secret({ slack_webhook_url: '' }) })).toMatchObject({
      again: false,
    });
    expect([...store.outcomes.values()]).toEqual(['unwanted']);
    expect(await sendPost('webhook', newsFor('webhook'), { secret: '{}' })).toMatchObject({ again: true });
  });
});

test('a post that cannot be understood is put aside', async () => {
  expect(await sendPost('slack', [{ id: 1 }])).toMatchObject({ gaveUp: 'it cannot be understood' });
});

test.each([
  ['no JSON', 'The secret of the receivers is no JSON object'],
  ['{"slack": "x"}', 'has slack: allowed are pagerduty_routing_key'],
  ['{"slack_webhook_url": "hooks.slack.com"}', 'slack_webhook_url in the secret of the receivers is not a URL'],
  [
    '{"pagerduty_routing_key": "short"}',
    'pagerduty_routing_key in the secret of the receivers is not an integration key',
  ],
  [
    '{"email": {"boss": []}}',
    'email.boss in the secret of the receivers is no level: allowed are on_call, senior, manager, cto',
  ],
  ['{"email": {"on_call": ["x"]}}', 'email.on_call in the secret of the receivers is not a list of e-mail addresses'],
])('the secret %s is refused with the field and what is allowed, and without the value', (text, message) => {
  expect(() => parseAddresses(text)).toThrow(message);
});
