/** An alarm that says that it is a test, and what each receiver would be sent of it. */
import { alarmName, alarmTopicName } from '../../app/contract/alert-routing';
import type { Severity } from '../../app/contract/service-levels';
import { linksOf } from '../../lambda/alerts/about';
import { hear } from '../../lambda/alerts/incident';
import { observe } from '../../lambda/alerts/observations';
import { mail, pagerdutyBody, slackBody, webhookBody } from '../../lambda/alerts/send/bodies';
import { environment as configOf } from '../../lib/config/environments';
import type { EnvironmentName } from '../../lib/config/schema';
import { dashboardUrl, runbooksUrl, runbookUrl } from '../../lib/monitoring/links';

export const TEST_ALARM = 'TestOfTheRoute';

/** What CloudWatch would publish; `at` in epoch milliseconds. */
export function testAlarm(name: EnvironmentName, severity: Severity, state: 'ALARM' | 'OK', at: number): string {
  const config = configOf(name);
  return JSON.stringify({
    AlarmName: alarmName(name, TEST_ALARM),
    AlarmDescription: [
      `${severity}: This is a test of the way that alarms take; nothing is broken.`,
      'Users: Nothing.',
      `Runbook: ${runbookUrl(config, 'alert-routing')}`,
      `Dashboard: ${dashboardUrl(config)}`,
    ].join('\n'),
    AlarmArn: `arn:aws:cloudwatch:${config.region}:${config.account}:alarm:${alarmName(name, TEST_ALARM)}`,
    NewStateValue: state,
    NewStateReason: 'Somebody started it by hand',
    StateChangeTime: new Date(at).toISOString(),
  });
}

/** By receiver: the body of the request, or the e-mail. */
export function previewAlert(severity: Severity, name: EnvironmentName, now: number): Record<string, unknown> {
  const config = configOf(name);
  const links = linksOf(name, runbooksUrl(config), dashboardUrl(config));
  const body = JSON.stringify({
    TopicArn: `arn:aws:sns:${config.region}:${config.account}:${alarmTopicName(name, severity)}`,
    Message: testAlarm(name, severity, 'ALARM', now),
  });
  const at = { environment: name, now };
  const preview: Record<string, unknown> = {};
  for (const said of observe(body, now, links)) {
    for (const message of hear(null, said, now)?.outbox ?? []) {
      const bodies = {
        pager: () => pagerdutyBody(message, '(the key of PagerDuty)', at),
        slack: () => slackBody([message], at),
        email: () => mail([message], at),
        webhook: () => webhookBody([message], at),
      };
      preview[message.receiver] = bodies[message.receiver]();
    }
  }
  return preview;
}
