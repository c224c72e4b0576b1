/** What joins the alarms of all parts: one page for one incident, dashboards and saved queries (requirements E1, E3). */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, type AlarmBase, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import type { BurnAlarm } from '../service/error-budget-alarms';
import { firstDashboard } from './dashboards/first';
import type { Subjects } from './dashboards/metrics';
import { PART_DASHBOARDS } from './dashboards/parts';
import { Incidents } from './incidents';
import type { LevelAlarm } from './level-alarm';
import { dashboardName } from './links';
import { saveQueries } from './queries';
import type { AlarmTopics } from './topics-stack';

export interface MonitoringStackProps extends Omit<PlatformStackProps, 'description'> {
  topics: AlarmTopics;
  /** Of the parts of this region. */
  alarms: readonly LevelAlarm[];
  burns: readonly BurnAlarm[];
  subjects: Subjects;
}

export class MonitoringStack extends PlatformStack {
  constructor(scope: Construct, id: string, { topics, alarms, burns, subjects, ...props }: MonitoringStackProps) {
    super(scope, id, { ...props, description: 'Monitoring: incidents, dashboards, saved queries' });
    const incidents = new Incidents(this, topics, alarms);
    const told = [
      ...alarms.filter(({ waits }) => !waits).map(({ alarm }) => alarm),
      ...alarms.filter(({ waits }) => waits).map((alarm) => incidents.add(alarm)),
      ...burns.map((burn) => incidents.addBurn(burn)),
    ];
    // Dashboards belong to the account, whatever region makes them.
    if (this.role === 'first') this.dashboards(subjects, told);
    saveQueries(this);
  }

  /** With basic monitoring only the first one: most of what the others show is not measured there. */
  private dashboards(subjects: Subjects, alarms: AlarmBase[]): void {
    const parts = Object.entries(this.config.monitoring.level === 'full' ? PART_DASHBOARDS : {});
    const names = parts.map(([name]) => name);
    const dashboard = (widgets: IWidget[][], part?: string) =>
      new Dashboard(this, `Dashboard${part ?? ''}`, {
        dashboardName: dashboardName(this.config, part),
        defaultInterval: Duration.hours(3),
        widgets,
      });
    dashboard(firstDashboard(this, subjects, { parts: names, alarms }));
    for (const [name, part] of parts) dashboard(part(this, subjects), name);
  }
}
