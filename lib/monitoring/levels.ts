/** Finds the levels that alarms are made from. */
import { PLATFORM_LEVELS, type PlatformLevel, type PlatformLevelName } from '../../app/contract/platform-levels';
import { SERVICE_LEVELS, type ServiceLevel, type ServiceLevelName } from '../../app/contract/service-levels';

export function serviceLevel(name: ServiceLevelName): ServiceLevel {
  return found<ServiceLevel>(SERVICE_LEVELS, name);
}

export function platformLevel(name: PlatformLevelName): PlatformLevel {
  return found<PlatformLevel>(PLATFORM_LEVELS, name);
}

function found<Level extends { name: string }>(levels: readonly Level[], name: string): Level {
  const level = levels.find((one) => one.name === name);
  if (!level) throw new Error(`There is no level ${name}`);
  return level;
}
