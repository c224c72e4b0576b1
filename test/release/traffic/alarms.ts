/** The alarms that take a release back, judged over both sides by minutes, as CloudWatch judges them. */
import { ROLLBACK_TRIGGERS } from '../../../app/contract/release-levels';
import { MINUTE, type Clock } from '../clock';
import { p95, type Measurements, type MinuteFigures } from './measurements';

type Trigger = (typeof ROLLBACK_TRIGGERS)[number];

/**
 * By the signal of the trigger, for a minute of both sides; a minute with fewer requests says nothing (lib/service/release-alarms.ts). What
 * the load balancer cannot measure is not judged here.
 */
const SIGNALS: Partial<Record<Trigger['signal'], (sides: readonly MinuteFigures[], gate: number) => number>> = {
  httpErrorShare: (sides, gate) => {
    const requests = sides.reduce((total, side) => total + side.requests, 0);
    const failed = sides.reduce((total, side) => total + side.failed + side.unreached, 0);
    return requests < gate || requests === 0 ? 0 : failed / requests;
  },
  httpP95Seconds: (sides, gate) =>
    Math.max(0, ...sides.map(({ requests, seconds }) => (requests < gate ? 0 : (p95(seconds) ?? 0)))),
};

/** Names of the triggers that are in ALARM: breached in each minute of their time. */
export function triggersInAlarm(measurements: Measurements, targetGroups: readonly string[], clock: Clock): string[] {
  const now = Math.floor(clock.now() / MINUTE) * MINUTE;
  return ROLLBACK_TRIGGERS.filter((trigger) => {
    const signal = SIGNALS[trigger.signal];
    if (!signal) return false;
    const gate = 'minimumRequests' in trigger ? Math.ceil((trigger.minimumRequests * 60) / trigger.forSeconds) : 0;
    return Array.from({ length: trigger.forSeconds / 60 }, (_, index) => now - (index + 1) * MINUTE).every(
      (minute) =>
        signal(
          targetGroups.flatMap((name) => measurements.at(name, minute) ?? []),
          gate,
        ) > trigger.threshold,
    );
  }).map(({ name }) => name);
}
