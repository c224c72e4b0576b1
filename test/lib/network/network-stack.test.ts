import { Match, type Template } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { stackOf, synthesise } from '../../support/platform';

describe('The network of production', () => {
  let template: Template;
  beforeAll(async () => {
    template = stackOf(await synthesise(environment('production')), 'network').template;
  });

  test('has public, private and isolated subnets in each of three zones', () => {
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'));
    expect(subnets).toHaveLength(9);
    expect(new Set(subnets.map((subnet) => subnet['Properties'].AvailabilityZone))).toEqual(
      new Set(['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d']),
    );
    expect(subnets.some((subnet) => subnet['Properties'].MapPublicIpOnLaunch)).toBe(false);
  });

  test('reaches the internet from each zone by itself, and not at all from the isolated subnets', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 3);
    const defaultRoutes = Object.keys(
      template.findResources('AWS::EC2::Route', {
        Properties: { DestinationCidrBlock: '0.0.0.0/0' },
      }),
    );
    expect(defaultRoutes.filter((id) => id.includes('isolated'))).toEqual([]);
    expect(defaultRoutes.filter((id) => id.includes('private'))).toHaveLength(3);
  });

  test('reaches S3 by a gateway and what every task start needs by private entrances', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    const interfaces = Object.values(
      template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }),
    ).map((endpoint) => endpoint['Properties'].ServiceName);
    expect(new Set(interfaces)).toEqual(
      new Set(
        ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'secretsmanager'].map((name) => `com.amazonaws.ap-northeast-1.${name}`),
      ),
    );
  });

  test('takes HTTPS at those entrances from its own addresses only', () => {
    const rules = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
      (group) => group['Properties'].SecurityGroupIngress ?? [],
    );
    expect(rules).toHaveLength(5);
    for (const rule of rules) expect(rule).toMatchObject({ CidrIp: '10.30.0.0/16', FromPort: 443, ToPort: 443 });
  });

  test('records what crosses it', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/nailbook/production/network',
      RetentionInDays: 90,
    });
  });

  test('closes the default security group', () => {
    template.hasResourceProperties('Custom::VpcRestrictDefaultSG', {
      DefaultSecurityGroupId: { 'Fn::GetAtt': [Match.anyValue(), 'DefaultSecurityGroup'] },
    });
  });
});

describe('The network of staging', () => {
  let template: Template;
  beforeAll(async () => {
    template = stackOf(await synthesise(environment('staging')), 'network').template;
  });

  test('has one NAT gateway for all zones, and no paid endpoints', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
  });
});
