/** Shares and percentiles that say nothing while too little happens: one error of two requests is no incident. */
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Level } from './level-alarm';

export interface Gate {
  /** What is shown while there is too little: a value that breaches nothing. */
  otherwise: number;
  /** Least of the whole within one period. */
  minimum: number;
}

/** The part of a level's least number of requests that falls on one period. */
export function minimumIn(
  { forSeconds, minimumRequests = 1 }: Pick<Level, 'forSeconds'> & { minimumRequests?: number },
  periodSeconds: number,
): number {
  return Math.max(1, Math.ceil((minimumRequests * periodSeconds) / forSeconds));
}

/** `part` of `whole`, both sums. */
export function gatedShare(part: Metric, whole: Metric, { otherwise, minimum }: Gate, label: string): MathExpression {
  return new MathExpression({
    expression: `IF(whole >= ${minimum}, part / whole, ${otherwise})`,
    usingMetrics: { part, whole },
    label,
  });
}

/** A percentile in milliseconds, as seconds; `count` says of how many. */
export function gatedSeconds(milliseconds: Metric, count: Metric, minimum: number, label: string): MathExpression {
  return new MathExpression({
    expression: `IF(count >= ${minimum}, milliseconds / 1000, 0)`,
    usingMetrics: { milliseconds, count },
    label,
  });
}
