import { judge, type Alert } from '../../../app/alerts/judge';
import { CALM_SECONDS, SERVICE_LEVELS, type ServiceLevel } from '../../../app/contract/service-levels';

const SECOND = 1_000;
const START = Date.parse('2026-11-02T09:00:00Z');

const LEVEL: ServiceLevel = {
  name: 'TooMuch',
  signal: 'databaseSlowestSeconds',
  breachedWhen: 'above',
  threshold: 10,
  forSeconds: 120,
  severity: 'P1',
  runbook: 'nowhere',
  broke: 'It is too much',
  users: 'They notice',
};
const TOO_LITTLE: ServiceLevel = { ...LEVEL, name: 'TooLittle', breachedWhen: 'below' };
const AT_ONCE: ServiceLevel = { ...LEVEL, name: 'TooMany', signal: 'httpErrorCount' };
const CONSEQUENCE: ServiceLevel = { ...LEVEL, name: 'Consequence', forSeconds: 60, explainedBy: ['TooMuch'] };

/** Looks every 30 s at the given values, one list a level, and remembers what people were told, as `seconds event name`. */
function watch(levels: ServiceLevel[], ...values: (number | null | undefined)[][]) {
  let alerts: Alert[] = [];
  const told: string[] = [];
  for (let look = 0; look < (values[0]?.length ?? 0); look++) {
    const now = START + look * 30 * SECOND;
    const seen = new Map<string, number | null>();
    levels.forEach(({ name }, index) => {
      const value = values[index]?.[look];
      if (value !== undefined) seen.set(name, value);
    });
    const judgement = judge({ levels, values: seen, alerts, now, speed: 1 });
    const gone = new Set([...judgement.changed, ...judgement.dropped].map(({ id }) => id));
    alerts = [...alerts.filter(({ id }) => !gone.has(id)), ...judgement.changed];
    told.push(...judgement.tell.map(({ event, alert }) => `${look * 30} ${event} ${alert.name}`));
  }
  return { alerts, told };
}

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('a level fires when it has been breached for as long as it says, and is told once', () => {
  const { told, alerts } = watch([LEVEL], times(10, 11));
  expect(told).toEqual(['120 fired TooMuch']);
  expect(alerts).toMatchObject([
    { breachedSince: new Date(START), firedAt: new Date(START + 120 * SECOND), resolvedAt: null, value: 11 },
  ]);
});

test('a value at the threshold breaches nothing', () => {
  expect(watch([LEVEL, TOO_LITTLE], times(10, 10), times(10, 10))).toEqual({ told: [], alerts: [] });
});

test('a good look before the time is over starts it afresh', () => {
  expect(watch([LEVEL], [11, 11, 11, 11, 9, 11, 11, 11, 11]).told).toEqual([]);
  expect(watch([LEVEL], [11, 11, 11, 11, 9, 11, 11, 11, 11, 11]).told).toEqual(['270 fired TooMuch']);
});

test('a look that says nothing breaches nothing', () => {
  expect(watch([LEVEL], [11, 11, 11, null, 11, 11, 11]).told).toEqual([]);
});

test('a look that could not be taken starts a pending alert afresh, and leaves an active one as it is', () => {
  expect(watch([LEVEL], [11, 11, 11, undefined, 11, 11, 11]).told).toEqual([]);
  const { told, alerts } = watch([LEVEL], [...times(5, 11), undefined, undefined, undefined, undefined]);
  expect(told).toEqual(['120 fired TooMuch']);
  expect(alerts).toMatchObject([{ resolvedAt: null, calmSince: null }]);
});

test('an alert ends when it has been calm for a while, and one good look is no end', () => {
  expect(CALM_SECONDS).toBe(60);
  expect(watch([LEVEL], [...times(5, 11), 9, 11, 9, 11, 9, 9, 9, 9]).told).toEqual([
    '120 fired TooMuch',
    '330 resolved TooMuch',
  ]);
});

test('what comes back after its end is told again', () => {
  expect(watch([LEVEL], [...times(5, 11), 9, 9, 9, ...times(5, 11)]).told).toEqual([
    '120 fired TooMuch',
    '210 resolved TooMuch',
    '360 fired TooMuch',
  ]);
});

test('a count that must not be exceeded has waited already, in the time that it counts', () => {
  expect(watch([AT_ONCE], [5, 11]).told).toEqual(['30 fired TooMany']);
});

test('a level that must be reached fires below it', () => {
  expect(watch([TOO_LITTLE], times(5, 9)).told).toEqual(['120 fired TooLittle']);
});

describe('A consequence', () => {
  test('is not told while its cause is active or about to be, and shown as active all the same', () => {
    const { told, alerts } = watch([CONSEQUENCE, LEVEL], times(6, 11), times(6, 11));
    expect(told).toEqual(['120 fired TooMuch']);
    expect(alerts.find(({ name }) => name === 'Consequence')).toMatchObject({
      firedAt: new Date(START + 60 * SECOND),
      toldAt: null,
    });
  });

  test('ends without a word if nothing was said of it', () => {
    const both = [...times(6, 11), 9, 9, 9];
    expect(watch([CONSEQUENCE, LEVEL], both, both).told).toEqual(['120 fired TooMuch', '240 resolved TooMuch']);
  });

  test('is told when it outlives its cause by the time that its figures look back', () => {
    const cause = [...times(6, 11), ...times(6, 9)];
    expect(watch([CONSEQUENCE, LEVEL], times(12, 11), cause).told).toEqual([
      '120 fired TooMuch',
      '240 resolved TooMuch',
      '300 fired Consequence',
    ]);
  });

  test('is told at once when what looked like its cause comes to nothing', () => {
    expect(watch([CONSEQUENCE, LEVEL], times(6, 11), [11, 11, 11, 9, 9, 9]).told).toEqual(['90 fired Consequence']);
  });
});

test('every cause that a level names is a level that comes to no circle', () => {
  const byName = new Map<string, ServiceLevel>(SERVICE_LEVELS.map((level) => [level.name, level]));
  const causesOf = (name: string, seen: string[] = []): string[] => {
    expect(seen).not.toContain(name);
    const level = byName.get(name);
    expect(level).toBeDefined();
    return (level?.explainedBy ?? []).flatMap((cause) => causesOf(cause, [...seen, name]));
  };
  for (const name of byName.keys()) causesOf(name);
});

test('no cause is less urgent than what it keeps quiet', () => {
  const levels: readonly ServiceLevel[] = SERVICE_LEVELS;
  for (const { severity, explainedBy = [] } of levels)
    for (const cause of levels.filter(({ name }) => explainedBy.includes(name)))
      expect(cause.severity <= severity).toBe(true);
});
