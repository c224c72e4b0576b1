/** What machines of EC2 cost, with their disks. */
import { HOURS, besides, charge, type Pricer } from '../line';
import { exactly } from '../range';
import { UnknownCost, isProperties, listOf, numberOf, objectOf } from '../resources';

const part = 'Logs, metrics, alarms';

/** A group that always has the same number of machines, of the template beside it. */
const group: Pricer = (machines, context) => {
  const count = numberOf(machines, 'MinSize');
  if (numberOf(machines, 'MaxSize') !== count) throw new UnknownCost(machines, 'has no fixed number of machines');
  const template = besides(context, 'AWS::EC2::LaunchTemplate').find(({ stack }) => stack === machines.stack);
  const data = objectOf(template?.properties ?? {}, 'LaunchTemplateData');
  const type = data['InstanceType'];
  if (type !== 't3.medium' && type !== 't4g.medium') {
    throw new UnknownCost(machines, `has machines of type ${JSON.stringify(type)}: lib/cost/products.ts has no price`);
  }
  const disks = listOf(data, 'BlockDeviceMappings')
    .filter(isProperties)
    .map((disk) => Number(objectOf(disk, 'Ebs')['VolumeSize']));
  return [
    charge(machines, context, { part, product: `server.${type}`, quantity: exactly(HOURS * count) }),
    ...disks.map((size) =>
      charge(machines, context, { part, product: 'disk.gb', quantity: exactly(size * count), item: 'EBS gp3, system' }),
    ),
  ];
};

const volume: Pricer = (disk, context) => [
  charge(disk, context, { part, product: 'disk.gb', quantity: exactly(numberOf(disk, 'Size')), item: 'EBS gp3, data' }),
];

export const hosts: Record<string, Pricer> = {
  'AWS::AutoScaling::AutoScalingGroup': group,
  'AWS::EC2::Volume': volume,
};
