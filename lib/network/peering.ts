/** Joins the networks of two active regions: the second one's tasks write to the first one's database (requirement A11). */
import { CfnRoute, CfnVPCPeeringConnection, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import type { NetworkStack } from './network-stack';

export interface PeeringStackProps extends Omit<PlatformStackProps, 'description'> {
  /** The network of this stack's region. */
  network: NetworkStack;
  /** The network that is joined. */
  peer: NetworkStack;
}

/** Stands in the second region: the connection, and the way from its tasks to the databases of the first. */
export class PeeringStack extends PlatformStack {
  /** For the first region's way back. */
  readonly connectionId: string;

  constructor(scope: Construct, id: string, { network, peer, ...props }: PeeringStackProps) {
    super(scope, id, { ...props, description: 'Peering: from these tasks to the databases of the first region' });
    const connection = new CfnVPCPeeringConnection(this, 'Connection', {
      vpcId: network.vpc.vpcId,
      peerVpcId: peer.publish('VpcId', peer.vpc.vpcId),
      peerRegion: peer.region,
    });
    this.addStackDependency(peer, 'joins its network');
    addRoutes(this, network.vpc.privateSubnets, peer.config.network.cidr, connection.attrId);
    this.connectionId = this.publish('ConnectionId', connection.attrId);
  }
}

export interface PeeringReturnStackProps extends PeeringStackProps {
  peering: PeeringStack;
}

/** Stands in the first region: the way back from the databases. */
export class PeeringReturnStack extends PlatformStack {
  constructor(scope: Construct, id: string, { network, peer, peering, ...props }: PeeringReturnStackProps) {
    super(scope, id, { ...props, description: 'Peering: from these databases back to the tasks of the second region' });
    this.addStackDependency(peering, 'uses its connection');
    addRoutes(this, network.vpc.isolatedSubnets, peer.config.network.cidr, peering.connectionId);
  }
}

function addRoutes(
  stack: PlatformStack,
  subnets: ISubnet[],
  destinationCidrBlock: string,
  vpcPeeringConnectionId: string,
): void {
  for (const [index, subnet] of subnets.entries()) {
    new CfnRoute(stack, `Route${index + 1}`, {
      routeTableId: subnet.routeTable.routeTableId,
      destinationCidrBlock,
      vpcPeeringConnectionId,
    });
  }
}
