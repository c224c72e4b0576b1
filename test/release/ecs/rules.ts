/** What ECS refuses in the configuration of a deployment, as its API reference states it. */
import {
  InvalidParameterException,
  type DeploymentConfiguration,
  type DeploymentLifecycleHook,
} from '@aws-sdk/client-ecs';

/** The strategies of the model; a rolling deployment has neither hooks nor two sides. */
const STRATEGIES = ['BLUE_GREEN', 'CANARY', 'LINEAR'];

/** SCALE_UP, BAKE_TIME and CLEAN_UP are stages too, but take no hook. */
const HOOK_STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const;
export type HookStage = (typeof HOOK_STAGES)[number];

const NO_PAUSE_STAGES: ReadonlySet<string> = new Set(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']);

const DAY_MINUTES = 1440;

/** Throws ECS's InvalidParameterException with a message that names the field. */
export function checkConfiguration(configuration: DeploymentConfiguration): void {
  const { strategy = '', bakeTimeInMinutes, canaryConfiguration: canary, linearConfiguration: linear } = configuration;
  if (!STRATEGIES.includes(strategy)) refuse(`strategy is "${strategy}": ${STRATEGIES.join(', ')} are known here`);
  if (strategy === 'BLUE_GREEN' && bakeTimeInMinutes === undefined)
    refuse('bakeTimeInMinutes must be provided when the strategy is BLUE_GREEN');
  within('bakeTimeInMinutes', bakeTimeInMinutes, 0, DAY_MINUTES);
  if (canary) {
    if (strategy !== 'CANARY') refuse('canaryConfiguration is only valid when the strategy is CANARY');
    within('canaryPercent', canary.canaryPercent, 0.1, 100);
    inTenths('canaryPercent', canary.canaryPercent);
    within('canaryBakeTimeInMinutes', canary.canaryBakeTimeInMinutes, 0, DAY_MINUTES);
  }
  if (linear) {
    if (strategy !== 'LINEAR') refuse('linearConfiguration is only valid when the strategy is LINEAR');
    within('stepPercent', linear.stepPercent, 3, 100);
    inTenths('stepPercent', linear.stepPercent);
    within('stepBakeTimeInMinutes', linear.stepBakeTimeInMinutes, 0, DAY_MINUTES);
  }
  for (const hook of configuration.lifecycleHooks ?? []) checkHook(hook);
}

function checkHook({ targetType = 'AWS_LAMBDA', ...hook }: DeploymentLifecycleHook): void {
  const stages: readonly string[] = hook.lifecycleStages ?? [];
  if (stages.length === 0) refuse('lifecycleStages must be provided for a lifecycle hook');
  for (const stage of stages) {
    if (!HOOK_STAGES.some((known) => known === stage)) refuse(`${stage} takes no lifecycle hook`);
    if (targetType === 'PAUSE' && NO_PAUSE_STAGES.has(stage)) refuse(`${stage} takes no PAUSE hook`);
  }
  if (targetType === 'AWS_LAMBDA') {
    if (!hook.hookTargetArn) refuse('hookTargetArn must be provided for an AWS_LAMBDA hook');
    if (!hook.roleArn) refuse('roleArn must be provided for an AWS_LAMBDA hook');
    within('timeoutInMinutes', hook.timeoutConfiguration?.timeoutInMinutes, 1, DAY_MINUTES);
  }
}

function within(field: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(value >= min && value <= max))
    refuse(`${field} is ${value}: ${min} to ${max} are allowed`);
}

function inTenths(field: string, value = 0): void {
  if (Math.abs(value * 10 - Math.round(value * 10)) > 1e-9)
    refuse(`${field} is ${value}: multiples of 0.1 are allowed`);
}

function refuse(message: string): never {
  throw new InvalidParameterException({ message, $metadata: {} });
}
