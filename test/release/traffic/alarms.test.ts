import { MINUTE, waitedClock } from '../clock';
import { triggersInAlarm } from './alarms';
import { Measurements } from './measurements';

const GROUPS = ['blue', 'green'];

function measure() {
  const clock = waitedClock();
  const measurements = new Measurements(clock);
  /** So many requests of a group in each of the next minutes, of which a share fails. */
  const minutes = async (count: number, requests: number, { failing = 0, seconds = 0.01, group = 'green' } = {}) => {
    for (let minute = 0; minute < count; minute++) {
      for (let index = 0; index < requests; index++) {
        const status = index < requests * failing ? 500 : 200;
        measurements.add({ targetGroup: group, status, reached: true, seconds, booked: false });
      }
      await clock.sleep(MINUTE);
    }
  };
  return { minutes, alarms: () => triggersInAlarm(measurements, GROUPS, clock) };
}

test('more than a tenth of errors is an alarm after five minutes, and no longer when a minute is better', async () => {
  const { minutes, alarms } = measure();
  await minutes(4, 50, { failing: 0.2 });
  expect(alarms()).toEqual([]);
  await minutes(1, 50, { failing: 0.2 });
  expect(alarms()).toEqual(['ReleaseErrorRate']);
  await minutes(1, 50);
  expect(alarms()).toEqual([]);
});

test('a few requests say nothing', async () => {
  const { minutes, alarms } = measure();
  await minutes(5, 2, { failing: 1 });
  expect(alarms()).toEqual([]);
});

test('the slower side counts, after ten minutes', async () => {
  const { minutes, alarms } = measure();
  await minutes(10, 50, { seconds: 1.5 });
  expect(alarms()).toEqual(['ReleaseLatency']);
});
