/**
 * The whole way under faults: queues that deliver twice and out of order, programs that die between any two steps, receivers that fail.
 * Runs, each from a seed; a run that fails names its own.
 */
import { field, textField } from '../../../lambda/alerts/fields';
import type { Pending } from '../../../lambda/alerts/incident';
import { parseAddresses } from '../../../lambda/alerts/send/addresses';
import type { Outcome } from '../../../lambda/alerts/send/http';
import { send, type Sending } from '../../../lambda/alerts/send/send';
import { handOn, look, take, type Post, type Routing } from '../../../lambda/alerts/route/route';
import { alarmBody, apiBody, LINKS, MemoryStore, MINUTE, NOW } from './support';

const ADDRESSES = parseAddresses(
  JSON.stringify({
    pagerduty_routing_key: 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6',
    pagerduty_url: 'http://pager',
    slack_webhook_url: 'http://slack',
    webhook_url: 'http://webhook',
    email: { on_call: ['on-call@nailbook.example'] },
  }),
);

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const eventIn = (title: string) => {
  const [, over, name, , asked] = /(?:(\w+) is over|P\d (\w+)(:(.*))?)/.exec(title) ?? [];
  return over ? `resolved ${over}` : `${asked ? 'escalated' : 'fired'} ${name}`;
};

const listIn = (body: unknown, name: string): unknown[] => {
  const list = field(body, name);
  return Array.isArray(list) ? list : [];
};

/** What each receiver can read in what it gets: `fired NoTraffic slack`. */
const readFrom = {
  pager: (body: unknown) => {
    const name = textField(body, 'dedup_key')?.split(' ')[2];
    return [`${textField(body, 'event_action') === 'resolve' ? 'resolved' : 'fired'} ${name} pager`];
  },
  slack: (body: unknown) =>
    listIn(body, 'blocks').map((block) => `${eventIn(textField(field(block, 'text'), 'text') ?? '')} slack`),
  email: (text: unknown) =>
    String(text)
      .split('\n\n')
      .map((one) => `${eventIn(one)} email`),
  webhook: (body: unknown) =>
    listIn(body, 'alerts').map(
      (alert) =>
        `${textField(field(alert, 'annotations'), 'event')} ${textField(field(alert, 'labels'), 'alertname')} webhook`,
    ),
};

interface Faults {
  /** Chances: that the routing dies at a step. */
  crash: number;
  twice: number;
  refusal: number;
  /** The receiver has taken it, and the answer is lost, or the sender dies before it has noted it. */
  lostAnswer: number;
}

/** Three alarms come and go, one of them by two sources; afterwards everything works, and time passes until nothing waits. */
async function run(seed: number, faults: Faults) {
  const next = numbers(seed);
  const chance = (share: number) => next() < share;
  let calm = false;
  let now = NOW;
  const crash = (where: string) => {
    if (!calm && chance(where === 'before noting' ? faults.lostAnswer : faults.crash))
      throw new Error(`crashed ${where}`);
  };
  const store = new MemoryStore(crash);
  const posts: Post[] = [];
  const arrived: { told: string; body: unknown }[] = [];

  const routing: Routing = {
    store,
    links: LINKS,
    clock: () => now,
    hand: async (post) => {
      await Promise.resolve();
      crash('before handing on');
      posts.push(structuredClone(post));
      crash('after handing on');
    },
  };
  const receive = (told: string[], body: unknown): Promise<Outcome> => {
    const later: Outcome = { kind: 'later', why: 'a fault', afterSeconds: null };
    if (!calm && chance(faults.refusal)) return Promise.resolve(later);
    for (const one of told) arrived.push({ told: one, body });
    return Promise.resolve(!calm && chance(faults.lostAnswer) ? later : { kind: 'taken' });
  };
  /** One receiver's posts in their order; a post that fails stays the first. */
  const sendAll = async () => {
    for (const receiver of ['pager', 'slack', 'email', 'webhook'] as const) {
      for (;;) {
        const index = posts.findIndex((post) => post.receiver === receiver);
        const post = posts[index];
        if (!post) break;
        const sending: Sending = {
          store,
          addresses: () => Promise.resolve(ADDRESSES),
          post: (_url, body) => receive(readFrom[receiver](body), body),
          mail: (_to, _subject, text) => receive(readFrom.email(text), text),
          environment: 'staging',
          clock: () => now,
        };
        try {
          if ((await send(sending, receiver, post.messages)).kind === 'later') break;
        } catch {
          break;
        }
        if (calm || !chance(faults.twice)) posts.splice(index, 1);
      }
    }
  };

  const said = [
    alarmBody('NoTraffic', 'ALARM', NOW + 1000),
    apiBody('NoTraffic', false, NOW + 2000),
    alarmBody('LinePushFailures', 'ALARM', NOW + 3000, 'p1'),
    alarmBody('CacheHitsLow', 'ALARM', NOW + 4000, 'p3'),
  ];
  const over = [
    alarmBody('NoTraffic', 'OK', NOW + 10 * MINUTE),
    apiBody('NoTraffic', true, NOW + 2000, NOW + 11 * MINUTE),
    alarmBody('LinePushFailures', 'OK', NOW + 10 * MINUTE, 'p1'),
    alarmBody('CacheHitsLow', 'OK', NOW + 10 * MINUTE, 'p3'),
  ];
  const deliver = async (bodies: string[]) => {
    const queue = bodies.toSorted(() => next() - 0.5);
    while (queue.length > 0) {
      const body = queue.shift() ?? '';
      try {
        await take(routing, body);
        if (!calm && chance(faults.twice)) queue.push(body);
        await handOn(routing);
      } catch {
        queue.push(body);
      }
    }
  };
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      now += MINUTE;
      await look(routing).catch(() => undefined);
      await sendAll();
    }
  };
  await deliver(said);
  await minutes(9);
  // Beginnings that are repeated so late are no news.
  await deliver([...over, ...said]);
  await minutes(4);
  calm = true;
  await minutes(4);
  return { arrived, waiting: posts.length, incidents: (await store.list()).map(({ incident }) => incident) };
}

const EXPECTED = [
  ...['pager', 'slack', 'email', 'webhook'].flatMap((receiver) =>
    ['NoTraffic', 'LinePushFailures'].flatMap((name) => [`fired ${name} ${receiver}`, `resolved ${name} ${receiver}`]),
  ),
  ...['slack', 'email', 'webhook'].flatMap((receiver) => [
    `fired CacheHitsLow ${receiver}`,
    `resolved CacheHitsLow ${receiver}`,
  ]),
].toSorted();

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

/** What was told of the incidents themselves; whether somebody was called meanwhile is no matter here. */
const toldIn = (arrived: { told: string }[]) =>
  arrived.map(({ told }) => told).filter((one) => !one.startsWith('escalated'));

test('each message arrives once at each receiver when the routing dies at any step, queues repeat and receivers refuse', async () => {
  for (const seed of SEEDS) {
    const { arrived, waiting, incidents } = await run(seed, { crash: 0.15, twice: 0.2, refusal: 0.4, lostAnswer: 0 });
    expect({ seed, waiting, told: toldIn(arrived).toSorted() }).toEqual({ seed, waiting: 0, told: EXPECTED });
    expect(incidents.every(({ resolvedAt, outbox }) => resolvedAt !== null && outbox.length === 0)).toBe(true);
  }
});

test('none is lost when the sender dies too and answers are lost; the pager can tell each repetition by its key', async () => {
  let repeated = 0;
  for (const seed of SEEDS) {
    const { arrived, waiting } = await run(seed, { crash: 0.15, twice: 0.2, refusal: 0.3, lostAnswer: 0.2 });
    expect({ seed, waiting, told: [...new Set(toldIn(arrived))].toSorted() }).toEqual({
      seed,
      waiting: 0,
      told: EXPECTED,
    });
    repeated += toldIn(arrived).length - EXPECTED.length;
    for (const name of ['NoTraffic', 'LinePushFailures']) {
      const pages = arrived.filter(({ told }) => told.endsWith(`${name} pager`));
      expect([seed, new Set(pages.map(({ body }) => textField(body, 'dedup_key'))).size]).toEqual([seed, 1]);
    }
  }
  // The faults were there.
  expect(repeated).toBeGreaterThan(SEEDS.length);
});

test('a receiver hears that it began before it hears that it is over', async () => {
  for (const seed of SEEDS.slice(0, 15)) {
    const { arrived } = await run(seed, { crash: 0.1, twice: 0.2, refusal: 0.4, lostAnswer: 0 });
    const order = toldIn(arrived);
    for (const one of EXPECTED.filter((text) => text.startsWith('resolved')))
      expect([seed, order.indexOf(one.replace('resolved', 'fired')) < order.indexOf(one)]).toEqual([seed, true]);
  }
});

test('what breaks together is one message to people who read, and a page each to the pager', async () => {
  const posts: Post[] = [];
  let now = NOW;
  const routing: Routing = {
    store: new MemoryStore(),
    links: LINKS,
    clock: () => now,
    hand: (post) => {
      posts.push(post);
      return Promise.resolve();
    },
  };
  for (const name of ['OverlapSpike', 'SlowQueries', 'ReplicaLagging'])
    await take(routing, alarmBody(name, 'ALARM', NOW, 'p2'));
  await handOn(routing);
  expect(posts).toEqual([]);
  now = NOW + MINUTE;
  await look(routing);
  expect(posts.map(({ receiver, messages }) => [receiver, messages.length])).toEqual([
    ['slack', 3],
    ['email', 3],
    ['webhook', 3],
  ]);
  posts.length = 0;
  for (const name of ['NoTraffic', 'DatabaseUnreachable']) await take(routing, alarmBody(name, 'ALARM', now));
  await handOn(routing);
  expect(posts.map(({ receiver, messages }) => [receiver, messages.length])).toEqual([
    ['pager', 1],
    ['pager', 1],
    ['slack', 2],
    ['email', 2],
    ['webhook', 2],
  ]);
});

describe('One outage, as the region and the checks from outside see it', () => {
  let now = NOW;
  let store: MemoryStore;
  let told: string[];
  let routing: Routing;
  beforeEach(() => {
    now = NOW;
    store = new MemoryStore();
    told = [];
    routing = {
      store,
      links: LINKS,
      clock: () => now,
      hand: ({ receiver, messages }) => {
        if (receiver === 'pager') told.push(...messages.map(({ event, incident }) => `${event} ${incident.name}`));
        return Promise.resolve();
      },
    };
  });
  const says = async (name: string, state: 'ALARM' | 'OK', at: number) => {
    now = at;
    await take(routing, alarmBody(name, state, at));
    await handOn(routing);
  };
  const passes = async (until: number) => {
    now = until;
    await look(routing);
  };

  test('is one page, over when the last of them says so', async () => {
    await says('UnreachableFromOutside', 'ALARM', NOW);
    await says('NoTraffic', 'ALARM', NOW + 12 * MINUTE);
    await says('UnreachableFromOutside', 'OK', NOW + 20 * MINUTE);
    await passes(NOW + 22 * MINUTE);
    expect(told).toEqual(['fired UnreachableFromOutside']);
    await says('NoTraffic', 'OK', NOW + 25 * MINUTE);
    await passes(NOW + 27 * MINUTE);
    expect(told).toEqual(['fired UnreachableFromOutside', 'resolved UnreachableFromOutside']);
  });

  test('is named by what is known of its cause', async () => {
    await says('NoHealthyTask', 'ALARM', NOW);
    await says('UnreachableFromOutside', 'ALARM', NOW + MINUTE);
    expect(told).toEqual(['fired NoHealthyTask']);
    expect((await store.read('NoHealthyTask'))?.incident.sources).toHaveProperty(
      ['cloudwatch arn:aws:cloudwatch:ap-northeast-1:222222222222:alarm:nailbook-staging-UnreachableFromOutside'],
      { state: 'firing', at: NOW + MINUTE },
    );
  });

  test('does not begin again when a message is delivered again after its end', async () => {
    await says('UnreachableFromOutside', 'ALARM', NOW);
    await says('NoTraffic', 'ALARM', NOW + MINUTE);
    await says('NoTraffic', 'OK', NOW + 2 * MINUTE);
    await says('UnreachableFromOutside', 'OK', NOW + 2 * MINUTE);
    await passes(NOW + 4 * MINUTE);
    await take(routing, alarmBody('NoTraffic', 'ALARM', NOW + MINUTE));
    await passes(NOW + 5 * MINUTE);
    expect(told).toEqual(['fired UnreachableFromOutside', 'resolved UnreachableFromOutside']);
  });

  test('is two when one comes after the other is over', async () => {
    await says('UnreachableFromOutside', 'ALARM', NOW);
    await says('UnreachableFromOutside', 'OK', NOW + MINUTE);
    await passes(NOW + 3 * MINUTE);
    await says('NoTraffic', 'ALARM', NOW + 4 * MINUTE);
    expect(told.filter((text) => text.startsWith('fired'))).toEqual([
      'fired UnreachableFromOutside',
      'fired NoTraffic',
    ]);
  });
});

describe('The escalation', () => {
  /** Who is called within two hours, with what became of the page. */
  async function called(outcome: 'sent' | 'unwanted' | null): Promise<string[]> {
    let now = NOW;
    const store = new MemoryStore();
    const sent: Pending[] = [];
    const routing: Routing = {
      store,
      links: LINKS,
      clock: () => now,
      hand: ({ messages }) => {
        sent.push(...messages);
        return Promise.resolve();
      },
    };
    await take(routing, alarmBody('NoTraffic', 'ALARM', NOW));
    await handOn(routing);
    const page = sent.find(({ receiver }) => receiver === 'pager');
    if (page && outcome) await store.noteSent(page.id, outcome);
    for (; now <= NOW + 120 * MINUTE; now += MINUTE) await look(routing);
    return sent
      .filter(({ event, receiver }) => event === 'escalated' && receiver === 'email')
      .map(({ to }) => to ?? '');
  }

  test("is the pager's when it has taken the page", async () => {
    expect(await called('sent')).toEqual([]);
  });

  test.each(['unwanted', null] as const)(
    'is ours when there is no pager, or it has not taken the page (%s)',
    async (outcome) => {
      expect(await called(outcome)).toEqual(['senior', 'manager', 'cto', 'cto']);
    },
  );
});
