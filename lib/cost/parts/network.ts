/** What the network costs: egress, public addresses, private entrances to AWS. */
import { HOURS, besides, charge, type Pricer } from '../line';
import { exactly, times } from '../range';
import { listOf } from '../resources';
import { gigabytes } from '../usage';

const part = 'Network';

const natGateway: Pricer = (gateway, context) => {
  const share = 1 / besides(context, gateway.type).length;
  return [
    charge(gateway, context, { part, product: 'nat.hour', quantity: exactly(HOURS) }),
    charge(gateway, context, { part, product: 'nat.gb', quantity: times(context.usage.natGbPerMonth, share) }),
  ];
};

const address: Pricer = (ip, context) => [
  charge(ip, context, {
    part,
    product: 'address.hour',
    quantity: exactly(HOURS),
    item: 'Public address of a NAT gateway',
  }),
];

const endpoint: Pricer = (entrance, context) => {
  const { properties } = entrance;
  // A gateway endpoint, as S3 has it, is free.
  if (properties['VpcEndpointType'] !== 'Interface') return [];
  const zones = listOf(properties, 'SubnetIds').length;
  const hours = charge(entrance, context, { part, product: 'endpoint.hour', quantity: exactly(HOURS * zones) });
  // Only logs pass in quantity: secrets and keys are asked for rarely, and layers of images come from S3.
  if (!JSON.stringify(properties['ServiceName']).includes('.logs')) return [hours];
  const { requestsPerMonth, logKbPerRequest } = context.usage;
  const quantity = gigabytes(requestsPerMonth, logKbPerRequest);
  return [hours, charge(entrance, context, { part, product: 'endpoint.gb', quantity })];
};

export const network: Record<string, Pricer> = {
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::EIP': address,
  'AWS::EC2::VPCEndpoint': endpoint,
};
