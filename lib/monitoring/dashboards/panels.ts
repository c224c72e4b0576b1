/** The panels of which dashboards are made: 24 columns wide, most a third of it. */
import {
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
  type IMetric,
  type IWidget,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { PlatformStack } from '../../platform-stack';
import type { Level } from '../level-alarm';
import { QUERIES, logOf, type QueryName } from '../queries';

export interface GraphOptions {
  /** Draws a line at its threshold. */
  level?: Pick<Level, 'name' | 'threshold' | 'severity'>;
  /** Shares are shown from 0 to 1. */
  axis?: YAxisProps;
  /** Columns of 24. @default 8 */
  width?: number;
}

/** Where shares are shown. */
export const SHARE: YAxisProps = { min: 0, max: 1 };

export function graph(title: string, metrics: IMetric[], { level, axis = { min: 0 }, width = 8 }: GraphOptions = {}) {
  return new GraphWidget({
    title,
    left: metrics,
    leftYAxis: axis,
    leftAnnotations: level
      ? [{ value: level.threshold, label: `${level.name} (${level.severity})`, color: '#d62728' }]
      : [],
    width,
    height: 6,
  });
}

export function logTable(stack: PlatformStack, name: QueryName, width = 12): IWidget {
  return logPanel(stack, name, width, LogQueryVisualizationType.TABLE);
}

export function logBars(stack: PlatformStack, name: QueryName, width = 8): IWidget {
  return logPanel(stack, name, width, LogQueryVisualizationType.BAR);
}

export function heading(text: string): IWidget {
  return new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 });
}

function logPanel(stack: PlatformStack, name: QueryName, width: number, view: LogQueryVisualizationType): IWidget {
  return new LogQueryWidget({
    title: name,
    logGroupNames: [logOf(stack, name)],
    queryLines: [...QUERIES[name].lines],
    view,
    width,
    height: 6,
  });
}
