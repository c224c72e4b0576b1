/** Alarms of certificates and firewalls, in whatever region they stand. */
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { levelAlarm, type LevelAlarm } from '../monitoring/level-alarm';
import { platformLevel } from '../monitoring/levels';
import type { AlarmTopics } from '../monitoring/topics-stack';
import type { PlatformStack } from '../platform-stack';
import type { WebFirewall } from './web-firewall';

const DAY_SECONDS = 24 * 60 * 60;
const FIVE_MINUTES = 300;

/** `of` begins the name of the alarm. */
export function certificateAlarm(
  stack: PlatformStack,
  certificate: ICertificate,
  topics: AlarmTopics,
  of: string,
): LevelAlarm {
  return levelAlarm(stack, platformLevel('CertificateExpiring'), {
    metric: certificate.metricDaysToExpiry({ statistic: 'Minimum' }),
    topics,
    of,
    periodSeconds: DAY_SECONDS,
    // AWS counts the days of valid certificates only: one that has expired has no figure any more, and the alarm stays as it was.
    missing: TreatMissingData.IGNORE,
  });
}

export function firewallAlarm(
  stack: PlatformStack,
  firewall: WebFirewall,
  topics: AlarmTopics,
  of: string,
): LevelAlarm {
  return levelAlarm(stack, platformLevel('FirewallBlocksMany'), {
    metric: firewall.blockedRequests(),
    topics,
    of,
    periodSeconds: FIVE_MINUTES,
    // It counts what it blocks: no figure is none.
    missing: TreatMissingData.NOT_BREACHING,
  });
}
