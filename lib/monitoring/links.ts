/** Where people look: the dashboards in the console and the pages of docs/runbooks/. */
import type { EnvironmentConfig } from '../config/schema';

export function dashboardName({ name }: EnvironmentConfig, part?: string): string {
  return part === undefined ? `nailbook-${name}` : `nailbook-${name}-${part}`;
}

/** The first dashboard; dashboards belong to the account, whatever region the console shows. */
export function dashboardUrl(config: EnvironmentConfig): string {
  const { region } = config;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName(config)}`;
}

/** Without a slash at its end. */
export function runbooksUrl({ access }: EnvironmentConfig): string {
  return `https://github.com/${access.repository}/blob/main/docs/runbooks`;
}

export function runbookUrl(config: EnvironmentConfig, page: string): string {
  return `${runbooksUrl(config)}/${page}.md`;
}
