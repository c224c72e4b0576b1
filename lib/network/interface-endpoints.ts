/** Private entrances to AWS services, so that tasks start and log without a NAT gateway. */
import { InterfaceVpcEndpointAwsService as Service, Peer, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { INTERFACE_ENDPOINTS } from '../config/parts/network';

type EndpointName = (typeof INTERFACE_ENDPOINTS)[number];

const SERVICES: Record<EndpointName, Service> = {
  'ecr.api': Service.ECR,
  'ecr.dkr': Service.ECR_DOCKER,
  logs: Service.CLOUDWATCH_LOGS,
  secretsmanager: Service.SECRETS_MANAGER,
  kms: Service.KMS,
  monitoring: Service.CLOUDWATCH_MONITORING,
};

/** They stand in the private subnets and take HTTPS from the whole network, the databases' subnets included. */
export function addInterfaceEndpoints(vpc: IVpc, cidr: string, names: readonly EndpointName[]): void {
  for (const name of names) {
    const endpoint = vpc.addInterfaceEndpoint(name, {
      service: SERVICES[name],
      subnets: { subnets: vpc.privateSubnets },
      open: false,
    });
    endpoint.connections.allowDefaultPortFrom(Peer.ipv4(cidr), 'The whole network');
  }
}
