/** Configuration of the network (requirement A2). */
import { z } from 'zod';
import { oneOf, vpcBlock, wholeNumber } from '../fields';

/** AWS services that tasks may reach without a NAT gateway; each costs about 10 USD a month and zone, plus traffic. */
export const INTERFACE_ENDPOINTS = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kms', 'monitoring'] as const;

export const network = z.strictObject({
  /** Addresses of the VPC. Blocks of different environments and regions do not overlap, so that they can be peered. @example '10.30.0.0/16' */
  cidr: vpcBlock(),

  /** NAT gateways; one per zone keeps egress up when a zone is lost. @default 1 */
  natGateways: wholeNumber(1, 3, 'gateways').default(1),

  /** Interface endpoints; the gateway endpoint of S3 costs nothing and is always there. @default none */
  interfaceEndpoints: z.array(oneOf(INTERFACE_ENDPOINTS)).default([]),

  /** Which traffic the flow log records; `rejected` is a fraction of the cost of `all`. @default 'rejected' */
  flowLogs: oneOf(['all', 'rejected']).default('rejected'),
});
