/** In which steps each strategy moves the production traffic. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** The default of canaryBakeTimeInMinutes and of stepBakeTimeInMinutes … */
const DEFAULT_STEP_MINUTES = { CANARY: 10, LINEAR: 6 };
/** … and of canaryPercent and stepPercent. */
const DEFAULT_PERCENT = { CANARY: 5, LINEAR: 10 };

export interface Step {
  /** Green's share of the traffic. */
  percent: number;
  /** How long it is watched before the next step; the last one is not. */
  bakeMinutes: number;
}

/** Without a blue, at the first deployment, there is nothing to share the traffic with. */
export function stepsOf(configuration: DeploymentConfiguration, hasBlue: boolean): Step[] {
  const { strategy, canaryConfiguration: canary, linearConfiguration: linear } = configuration;
  const all = { percent: 100, bakeMinutes: 0 };
  if (hasBlue && strategy === 'CANARY') {
    const percent = canary?.canaryPercent ?? DEFAULT_PERCENT.CANARY;
    return [{ percent, bakeMinutes: canary?.canaryBakeTimeInMinutes ?? DEFAULT_STEP_MINUTES.CANARY }, all];
  }
  if (hasBlue && strategy === 'LINEAR') {
    const step = linear?.stepPercent ?? DEFAULT_PERCENT.LINEAR;
    const bakeMinutes = linear?.stepBakeTimeInMinutes ?? DEFAULT_STEP_MINUTES.LINEAR;
    const steps = Array.from({ length: Math.ceil(100 / step) - 1 }, (_, index) => step * (index + 1));
    return [...steps.map((percent) => ({ percent, bakeMinutes })), all];
  }
  return [all];
}
