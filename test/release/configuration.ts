/** How the rehearsed releases are deployed: by the strategies of the environments, with their hooks and alarms. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { alarmName } from '../../app/contract/alert-routing';
import { DATA_TRIGGERS, ROLLBACK_TRIGGERS } from '../../app/contract/release-levels';
import { environment } from '../../lib/config/environments';
import { LIFECYCLE_HOOKS } from './hooks';

/** Production's own, or staging's. */
export type Strategy = 'canary' | 'all at once';

export const ENVIRONMENT_OF = { canary: 'production', 'all at once': 'staging' } as const;

/** As the service declares it, which a test holds; a canary may get another share. */
export function configurationOf(strategy: Strategy, canaryPercent?: number): DeploymentConfiguration {
  const { deployment } = environment(ENVIRONMENT_OF[strategy]).service;
  const around = {
    // Whichever the strategy is, it is tried in production's place.
    alarms: {
      alarmNames: [...ROLLBACK_TRIGGERS.map(({ name }) => name), ...DATA_TRIGGERS].map((name) =>
        alarmName('production', name),
      ),
      enable: true,
      rollback: true,
    },
    lifecycleHooks: LIFECYCLE_HOOKS,
  };
  if (strategy === 'canary' && deployment.strategy === 'canary') {
    return {
      strategy: 'CANARY',
      bakeTimeInMinutes: deployment.bakeMinutes,
      canaryConfiguration: {
        canaryPercent: canaryPercent ?? deployment.percent,
        canaryBakeTimeInMinutes: deployment.watchMinutes,
      },
      ...around,
    };
  }
  if (strategy === 'all at once' && deployment.strategy === 'blue-green')
    return { strategy: 'BLUE_GREEN', bakeTimeInMinutes: deployment.bakeMinutes, ...around };
  throw new Error(`"${strategy}" is to be rehearsed, and the configuration says ${deployment.strategy}`);
}
