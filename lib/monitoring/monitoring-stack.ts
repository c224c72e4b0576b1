/** What joins the alarms of all parts: one page for one incident, dashboards and saved queries (requirements E1, E3). */
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import type { BurnAlarm } from '../service/error-budget-alarms';
import { Incidents } from './incidents';
import type { LevelAlarm } from './level-alarm';
import type { AlarmTopics } from './topics-stack';

export interface MonitoringStackProps extends Omit<PlatformStackProps, 'description'> {
  topics: AlarmTopics;
  /** Of the parts of this region. */
  alarms: readonly LevelAlarm[];
  burns: readonly BurnAlarm[];
}

export class MonitoringStack extends PlatformStack {
  constructor(scope: Construct, id: string, { topics, alarms, burns, ...props }: MonitoringStackProps) {
    super(scope, id, { ...props, description: 'Monitoring: incidents, dashboards, saved queries' });
    const incidents = new Incidents(this, topics, alarms);
    for (const alarm of alarms.filter(({ waits }) => waits)) incidents.add(alarm);
    for (const burn of burns) incidents.addBurn(burn);
  }
}
