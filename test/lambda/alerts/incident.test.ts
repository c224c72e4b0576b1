import { due, hear, pass, type Incident } from '../../../lambda/alerts/incident';
import { observe } from '../../../lambda/alerts/observations';
import { alarmBody, apiBody, LINKS, MINUTE, NOW } from './support';

/** What the alarms say one after another, each at its time; afterwards nothing waits that was due. */
function incidentAfter(...said: [at: number, body: string][]): Incident {
  let incident: Incident | null = null;
  for (const [at, body] of said) for (const one of observe(body, at, LINKS)) incident = hear(incident, one, at);
  if (!incident) throw new Error('Nothing was remembered');
  return incident;
}

const fires = (at: number, severity = 'p0', name = 'NoTraffic'): [number, string] => [
  at,
  alarmBody(name, 'ALARM', at, severity),
];
const ends = (at: number, severity = 'p0', name = 'NoTraffic'): [number, string] => [
  at,
  alarmBody(name, 'OK', at, severity),
];
const waiting = (incident: Incident, now: number) =>
  due(incident, now).map(({ event, receiver }) => `${event} ${receiver}`);
const handedOn = (incident: Incident, now: number): Incident => ({
  ...incident,
  outbox: incident.outbox.filter(({ dueAt }) => dueAt > now),
});

describe('Who is told', () => {
  test.each([
    ['p0', ['fired pager', 'fired slack', 'fired email', 'fired webhook']],
    ['p1', ['fired pager', 'fired slack', 'fired email', 'fired webhook']],
  ])('of a %s: everybody, at once', (severity, expected) => {
    expect(waiting(incidentAfter(fires(NOW, severity)), NOW)).toEqual(expected);
  });

  test.each([
    ['p2', 30_000],
    ['p3', 120_000],
  ])('of a %s: chat and e-mail, together with what else breaks in the next %i ms', (severity, wait) => {
    const incident = incidentAfter(fires(NOW, severity));
    expect(waiting(incident, NOW + wait - 1)).toEqual([]);
    expect(waiting(incident, NOW + wait)).toEqual(['fired slack', 'fired email', 'fired webhook']);
  });

  test('the pager too, when another source finds it worse', () => {
    const incident = handedOn(incidentAfter(fires(NOW, 'p2')), NOW + MINUTE);
    const [worse] = observe(apiBody('NoTraffic', false, NOW, NOW, 'P0'), NOW, LINKS);
    const raised = worse && hear(incident, worse, NOW + MINUTE);
    expect(raised).toMatchObject({ severity: 'P0' });
    expect(raised && waiting(raised, NOW + MINUTE)).toEqual(['fired pager']);
  });
});

describe('One incident', () => {
  test('is what two sources say of one level, until the last of them says that it is over', () => {
    const both = incidentAfter(fires(NOW), [NOW + 1000, apiBody('NoTraffic', false, NOW)]);
    expect(both.outbox).toHaveLength(4);
    const [calm] = observe(alarmBody('NoTraffic', 'OK', NOW + MINUTE), NOW, LINKS);
    const half = calm && hear(both, calm, NOW + MINUTE);
    expect(half?.quietSince).toBeNull();
    const [over] = observe(apiBody('NoTraffic', true, NOW, NOW + 2 * MINUTE), NOW, LINKS);
    expect(half && over && hear(half, over, NOW + 2 * MINUTE)?.quietSince).toBe(NOW + 2 * MINUTE);
  });

  test('does not change when the same is said again, or when something older arrives late', () => {
    const incident = incidentAfter(fires(NOW), ends(NOW + MINUTE));
    for (const [at, body] of [fires(NOW), ends(NOW + MINUTE)]) {
      const [said] = observe(body, at, LINKS);
      expect(said && hear(incident, said, NOW + 2 * MINUTE)).toBe(incident);
    }
  });

  test('that is over before its beginning arrives is told to nobody', () => {
    expect(incidentAfter(ends(NOW + MINUTE), fires(NOW)).outbox).toEqual([]);
  });

  test('is over a minute after it has been over, and those who were told hear so once', () => {
    const incident = handedOn(incidentAfter(fires(NOW), ends(NOW + 5 * MINUTE)), NOW);
    expect(pass(incident, NOW + 6 * MINUTE - 1, true)).toBe(incident);
    const over = pass(incident, NOW + 6 * MINUTE, true);
    expect(over.resolvedAt).toBe(NOW + 5 * MINUTE);
    expect(waiting(over, NOW + 6 * MINUTE)).toEqual([
      'resolved pager',
      'resolved slack',
      'resolved email',
      'resolved webhook',
    ]);
    expect(pass(over, NOW + 60 * MINUTE, true)).toBe(over);
  });

  test('goes on when it comes back within that minute', () => {
    const incident = incidentAfter(fires(NOW), ends(NOW + MINUTE), fires(NOW + MINUTE + 30_000));
    expect(incident.outbox).toHaveLength(4);
    expect(pass(incident, NOW + 3 * MINUTE, true)).toBe(incident);
  });

  test('is another one afterwards, with another key for the pager', () => {
    const first = incidentAfter(fires(NOW), ends(NOW + MINUTE));
    const over = handedOn(pass(first, NOW + 3 * MINUTE, true), NOW + 3 * MINUTE);
    const [said] = observe(alarmBody('NoTraffic', 'ALARM', NOW + 10 * MINUTE), NOW, LINKS);
    const second = said && hear(over, said, NOW + 10 * MINUTE);
    expect(second && waiting(second, NOW + 10 * MINUTE)).toHaveLength(4);
    expect(second?.id).not.toBe(first.id);
  });

  test('that ends before anybody heard of it is told to nobody', () => {
    const incident = pass(incidentAfter(fires(NOW, 'p3'), ends(NOW + 10_000, 'p3')), NOW + 70_000, false);
    expect(incident).toMatchObject({ resolvedAt: NOW + 10_000, outbox: [], unheard: 1 });
  });
});

describe('An alarm that keeps coming back', () => {
  /** Comes every 5 minutes for a minute; what is due is handed on at each look. */
  function flapping(times: number): { incident: Incident; told: string[] } {
    let incident: Incident | null = null;
    const told: string[] = [];
    for (let round = 0; round < times; round += 1) {
      const at = NOW + round * 5 * MINUTE;
      for (const [when, body] of [fires(at), ends(at + MINUTE)])
        for (const said of observe(body, when, LINKS)) incident = hear(incident, said, when);
      for (let look = at; look < at + 5 * MINUTE; look += MINUTE) {
        if (!incident) continue;
        incident = pass(incident, look, true);
        told.push(...waiting(incident, look));
        incident = handedOn(incident, look);
      }
    }
    if (!incident) throw new Error('Nothing was remembered');
    return { incident, told };
  }

  test('pages each time, and is told to people who read four times an hour', () => {
    const { told, incident } = flapping(8);
    const count = (what: string) => told.filter((one) => one === what).length;
    expect([count('fired pager'), count('resolved pager')]).toEqual([8, 8]);
    expect([count('fired slack'), count('resolved slack')]).toEqual([4, 4]);
    expect(incident.unheard).toBe(4);
  });

  test('is told again when it stays', () => {
    const { incident } = flapping(6);
    const [said] = observe(alarmBody('NoTraffic', 'ALARM', NOW + 30 * MINUTE), NOW, LINKS);
    const staying = said && hear(incident, said, NOW + 30 * MINUTE);
    expect(staying && waiting(staying, NOW + 59 * MINUTE)).toEqual(['fired pager']);
    expect(staying && waiting(staying, NOW + 60 * MINUTE)).toEqual([
      'fired pager',
      'fired slack',
      'fired email',
      'fired webhook',
    ]);
    expect(staying?.outbox[1]?.incident.unheard).toBe(2);
  });
});

describe('While nobody answers', () => {
  /** Who is called, by the minute of the look. */
  function calls(severity: string, pagerHasIt: boolean, answeredAt = Infinity): string[] {
    let incident = handedOn(incidentAfter(fires(NOW, severity)), NOW);
    const called: string[] = [];
    for (let minute = 1; minute <= 600; minute += 1) {
      const now = NOW + minute * MINUTE;
      if (minute === answeredAt) {
        incident = hear(incident, { kind: 'acknowledgement', name: 'NoTraffic', by: 'mei', at: now }, now) ?? incident;
      }
      incident = pass(incident, now, pagerHasIt);
      for (const { event, receiver, to } of due(incident, now))
        if (event === 'escalated' && receiver === 'email') called.push(`${minute} ${to}`);
      incident = handedOn(incident, now);
    }
    return called;
  }

  test('a P0 goes from one to the next after 15, 30, 60 and 120 minutes', () => {
    expect(calls('p0', false)).toEqual(['15 senior', '30 manager', '60 cto', '120 cto']);
  });

  test('a P1 goes four times as slowly, and a P2 wakes nobody', () => {
    expect(calls('p1', false)).toEqual(['60 senior', '120 manager', '240 cto', '480 cto']);
    expect(calls('p2', false)).toEqual([]);
  });

  test('nobody further is called once somebody has answered, or while the pager does it', () => {
    expect(calls('p0', false, 20)).toEqual(['15 senior']);
    expect(calls('p0', true)).toEqual([]);
  });
});

test('everybody who was told hears who looks after it, once', () => {
  const incident = handedOn(incidentAfter(fires(NOW)), NOW);
  const answered = hear(incident, { kind: 'acknowledgement', name: 'NoTraffic', by: 'mei', at: NOW }, NOW);
  expect(answered && waiting(answered, NOW)).toEqual([
    'acknowledged pager',
    'acknowledged slack',
    'acknowledged email',
    'acknowledged webhook',
  ]);
  expect(answered?.outbox[1]?.incident.acknowledged).toEqual({ by: 'mei', at: NOW });
  expect(answered && hear(answered, { kind: 'acknowledgement', name: 'NoTraffic', by: 'jun', at: NOW }, NOW)).toBe(
    answered,
  );
  expect(hear(null, { kind: 'acknowledgement', name: 'NoTraffic', by: 'jun', at: NOW }, NOW)).toBeNull();
});

test('a notice is told once and is never over', () => {
  const notice = incidentAfter([NOW, 'The budget is used up']);
  expect(waiting(notice, NOW + MINUTE)).toEqual(['fired slack', 'fired email', 'fired webhook']);
  expect(pass(notice, NOW + 600 * MINUTE, false)).toBe(notice);
});
