/** Configuration of what faces the internet: names, sites, firewall, load balancer (requirements A3, A7). */
import { z } from 'zod';
import { domainName, hostLabel, oneOf, sourceBlock, text, wholeNumber } from '../fields';

export const domain = z.strictObject({
  /** Every name of the environment ends with this one: `api.`, `green.api.` and the sites. @example 'staging.nailbook.example' */
  name: domainName(),

  /** Public hosted zone of Route 53 that holds the name; stated, because a look-up needs an AWS account. @example 'Z0EXAMPLE1STAGING' */
  hostedZoneId: text(/^Z[A-Z0-9]{5,31}$/, 'the id of a Route 53 hosted zone: Z and capital letters or digits'),
});

const sites = z.strictObject({
  /** Label of the customers' site, opened inside LINE. @default 'book' */
  customer: hostLabel().default('book'),
  /** Label of the salons' site. @default 'salon' */
  merchant: hostLabel().default('salon'),
  /** Label of the platform team's site. @default 'admin' */
  admin: hostLabel().default('admin'),
});

const firewall = z.strictObject({
  /** Requests of one address in 5 minutes that a site answers. @default 2000 */
  siteRequestsPer5Minutes: wholeNumber(100, 2_000_000, 'requests in 5 minutes').default(2000),

  /** The same for the API; many customers share one address of a mobile network. @default 3000 */
  apiRequestsPer5Minutes: wholeNumber(100, 2_000_000, 'requests in 5 minutes').default(3000),
});

export const edge = z.strictObject({
  sites: sites.prefault({}),
  firewall: firewall.prefault({}),

  /** Edge locations: `asia` leaves out South America and Australia. @default 'asia' */
  locations: oneOf(['asia', 'all']).default('asia'),

  /** Who besides this VPC may reach the side under test on `green.api.`: offices, load generators. @default nobody */
  testSources: z.array(sourceBlock()).default([]),
});
