import { environment } from '../../../lib/config/environments';
import { resourcesOf, stackOf, synthesise } from '../../support/platform';
test('x', async () => {
  const stacks = await synthesise(environment('staging'));
  const sgs = resourcesOf(stacks, 'AWS::EC2::SecurityGroup').filter(({ stack }) => stack.includes('load-balancer'));
  console.log(
    JSON.stringify(
      sgs.map(({ properties }) => properties.SecurityGroupEgress),
      null,
      1,
    ),
  );
  console.log(JSON.stringify(resourcesOf(stacks, 'AWS::EC2::SecurityGroupEgress').map(({ stack, id }) => stack + id)));
});
