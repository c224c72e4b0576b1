/** Keeps the API's internal paths from the internet (requirement C5). */
import { ListenerAction, ListenerCondition, type ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { INTERNAL_PATHS } from '../../app/contract/api';
import type { FirewallRule } from '../edge/web-firewall';

/** A rule of a load balancer compares with this many values at most. */
const VALUES_PER_RULE = 5;

/** Lower priorities than every rule that forwards. */
const FIRST_PRIORITY = 1;

/** Answers 404 to the paths as they are written. */
export function closeInternalPaths(listener: ApplicationListener): void {
  for (let index = 0; index < INTERNAL_PATHS.length; index += VALUES_PER_RULE) {
    listener.addAction(`Internal${index / VALUES_PER_RULE + 1}`, {
      priority: FIRST_PRIORITY + index / VALUES_PER_RULE,
      conditions: [ListenerCondition.pathPatterns(INTERNAL_PATHS.slice(index, index + VALUES_PER_RULE))],
      action: ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Not found' }),
    });
  }
}

/**
 * Answers 404 to the paths however they are written: the API decodes `/%6Detrics`, a listener rule does not. The listener's rules
 * stay, because the firewall lets requests through when it cannot be reached.
 */
export function internalPathsRule(): FirewallRule {
  const beginnings = [...new Set(INTERNAL_PATHS.map((path) => path.replace(/\/\*$/, '')))];
  return {
    name: 'internal-paths',
    action: { block: { customResponse: { responseCode: 404 } } },
    statement: {
      orStatement: {
        statements: beginnings.map((path) => ({
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint: 'STARTS_WITH',
            searchString: path,
            textTransformations: ['URL_DECODE', 'NORMALIZE_PATH', 'LOWERCASE'].map((type, priority) => ({
              type,
              priority,
            })),
          },
        })),
      },
    },
  };
}
