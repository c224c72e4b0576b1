/** The public names of an environment, and the zone that holds them (requirement A7). */
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { PlatformStack } from '../platform-stack';
import { SITES, type SiteKind } from '../../app/contract/sites';
import type { EnvironmentConfig } from '../config/schema';

export function siteName({ domain, edge }: EnvironmentConfig, site: SiteKind): string {
  return `${edge.sites[site]}.${domain.name}`;
}

export function siteNames(config: EnvironmentConfig): string[] {
  return SITES.map((site) => siteName(config, site));
}

/** What sites, LINE and partners call. */
export function apiName({ domain }: EnvironmentConfig): string {
  return `api.${domain.name}`;
}

/** The API of one region whatever the fail-over says: what health checks ask. */
export function regionalName(config: EnvironmentConfig): string {
  return `${config.region}.${apiName(config)}`;
}

/** The side of a release that is still being tested (requirement A3). */
export function greenName({ config, role }: PlatformStack): string {
  return role === 'first' ? `green.${apiName(config)}` : `green.${regionalName(config)}`;
}

/** Stated in the configuration: a look-up would need an AWS account to synthesise. */
export function hostedZone(scope: Construct, { domain }: EnvironmentConfig): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
    hostedZoneId: domain.hostedZoneId,
    zoneName: domain.name,
  });
}
