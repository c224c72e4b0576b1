/** Which levels explain which: while a cause is breached its consequences are shown and not told, so that an incident is one page. */
import { ERROR_BUDGET_BURN, ERROR_BUDGET_EXPLAINED_BY } from '../../app/contract/objectives';
import { PLATFORM_LEVELS, type PlatformLevel } from '../../app/contract/platform-levels';
import { SERVICE_LEVELS, type ServiceLevel } from '../../app/contract/service-levels';

/** Names of the causes of a level; none for one that always tells by itself. */
export function causesOf(name: string): string[] {
  const levels: readonly ServiceLevel[] = SERVICE_LEVELS;
  const own = levels.find((level) => level.name === name)?.explainedBy ?? [];
  const platform: readonly PlatformLevel[] = PLATFORM_LEVELS;
  const others = platform
    .filter(({ explains = [] }) => explains.some((one) => one === name))
    .map((level) => level.name);
  return [...own, ...others, ...causesOfBurn(name)];
}

/** The budget burns because of something; and who knows that it burns fast need not hear that it burns. */
function causesOfBurn(name: string): string[] {
  const index = ERROR_BUDGET_BURN.findIndex((burn) => burn.name === name);
  if (index < 0) return [];
  return [...ERROR_BUDGET_EXPLAINED_BY, ...ERROR_BUDGET_BURN.slice(0, index).map((burn) => burn.name)];
}
