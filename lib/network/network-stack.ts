/** The network of one region: three tiers of subnets over its zones, and what crosses their borders (requirement A2). */
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  CfnEIP,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { childOf } from '../resources-inside';
import { as } from '../as-interface';
import { PlatformStack, referToStrongly, type PlatformStackProps } from '../platform-stack';
import { addInterfaceEndpoints } from './interface-endpoints';

export class NetworkStack extends PlatformStack {
  readonly vpc: IVpc;
  /** Public addresses from which this network reaches the internet, one per NAT gateway. */
  readonly egressAddresses: string[];

  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description'>) {
    super(scope, id, { ...props, description: 'Network: zones, subnets, egress, endpoints, flow log' });
    const { cidr, natGateways, interfaceEndpoints, flowLogs } = this.config.network;

    this.vpc = as<IVpc>(
      new Vpc(this, 'Vpc', {
        ipAddresses: IpAddresses.cidr(cidr),
        availabilityZones: this.config.zones,
        natGateways,
        subnetConfiguration: [
          { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
          { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 }, // each task and function takes an address
          { name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }, // databases: no way to the internet at all
        ],
        // Whatever is started without a security group can reach nothing and be reached by nothing.
        restrictDefaultSecurityGroup: true,
        gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      }),
    );
    addInterfaceEndpoints(this.vpc, cidr, interfaceEndpoints);

    this.vpc.addFlowLog('FlowLog', {
      trafficType: flowLogs === 'all' ? FlowLogTrafficType.ALL : FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogGroup', {
          logGroupName: `/nailbook/${this.config.name}/network`,
          retention: this.config.logDays,
          removalPolicy: this.dataRemoval,
        }),
      ),
    });

    // The first zones have the gateways, one each.
    this.egressAddresses = this.vpc.publicSubnets
      .slice(0, natGateways)
      .map((subnet) => childOf(subnet, 'EIP', CfnEIP).attrPublicIp);
    referToStrongly(this.vpc, ...this.vpc.publicSubnets, ...this.vpc.privateSubnets, ...this.vpc.isolatedSubnets);
  }
}
