/** The alarms that take a release back, judged over both sides by minutes, as CloudWatch judges them. */
import { ROLLBACK_TRIGGERS } from '../../../app/contract/release-levels';
import { MINUTE, type Clock } from '../clock';
import { p95, type Measurements, type MinuteFigures } from './measurements';

type Trigger = (typeof ROLLBACK_TRIGGERS)[number];

/** By the signal of the trigger; null where a minute says nothing. What the load balancer cannot measure is not judged here. */
const SIGNALS: Partial<Record<Trigger['signal'], (minute: MinuteFigures) => number | null>> = {
  httpErrorShare: ({ requests, failed, unreached }) => (requests === 0 ? null : (failed + unreached) / requests),
  httpP95Seconds: ({ seconds }) => p95(seconds),
};

/** Names of the triggers that are in ALARM: breached in each minute of their time, with enough requests in it. */
export function triggersInAlarm(measurements: Measurements, targetGroups: readonly string[], clock: Clock): string[] {
  const now = Math.floor(clock.now() / MINUTE) * MINUTE;
  return ROLLBACK_TRIGGERS.filter((trigger) => {
    const signal = SIGNALS[trigger.signal];
    if (!signal) return false;
    const minutes = Array.from({ length: trigger.forSeconds / 60 }, (_, index) =>
      measurements.together(targetGroups, now - (index + 1) * MINUTE),
    );
    const requests = minutes.reduce((total, minute) => total + minute.requests, 0);
    const minimum = 'minimumRequests' in trigger ? trigger.minimumRequests : 0;
    return requests >= minimum && minutes.every((minute) => (signal(minute) ?? 0) > trigger.threshold);
  }).map(({ name }) => name);
}
