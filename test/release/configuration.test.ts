import { environment } from '../../lib/config/environments';
import { synthesise, type Resource } from '../support/platform';
import { configurationOf, ENVIRONMENT_OF } from './configuration';

/** What the rehearsal deploys by, in the words of a template. */
test.each(['canary', 'all at once'] as const)('"%s" is rehearsed as the service declares it', async (strategy) => {
  const name = ENVIRONMENT_OF[strategy];
  const stacks = await synthesise(environment(name));
  const service = Object.values(stacks.get('service')?.resources ?? {}).find(
    ({ Type }: Resource) => Type === 'AWS::ECS::Service',
  );
  const { alarms, lifecycleHooks = [], canaryConfiguration: canary, ...rehearsed } = configurationOf(strategy);
  expect(service?.Properties?.['DeploymentConfiguration']).toMatchObject({
    Strategy: rehearsed.strategy,
    BakeTimeInMinutes: rehearsed.bakeTimeInMinutes,
    ...(canary
      ? {
          CanaryConfiguration: {
            CanaryPercent: canary.canaryPercent,
            CanaryBakeTimeInMinutes: canary.canaryBakeTimeInMinutes,
          },
        }
      : {}),
    Alarms: {
      AlarmNames: alarms?.alarmNames?.map((alarm) => alarm.replace('production', name)),
      Enable: true,
      Rollback: true,
    },
    LifecycleHooks: lifecycleHooks.map(({ lifecycleStages, timeoutConfiguration }) => ({
      LifecycleStages: lifecycleStages,
      TimeoutConfiguration: {
        TimeoutInMinutes: timeoutConfiguration?.timeoutInMinutes,
        Action: timeoutConfiguration?.action,
      },
    })),
  });
});
