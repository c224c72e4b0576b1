/** The model of ECS behind the SDK's client: the calls of our programs, answered or refused as ECS does. */
import {
  ClusterNotFoundException,
  ClientException,
  ConflictException,
  InvalidParameterException,
  ServiceDeploymentNotFoundException,
  ServiceNotFoundException,
  type DescribeServiceDeploymentsRequest,
  type DescribeServiceRevisionsRequest,
  type DescribeServicesRequest,
  type DescribeTaskDefinitionRequest,
  type ECSClient,
  type ListServiceDeploymentsRequest,
  type ListTaskDefinitionsRequest,
  type StopServiceDeploymentRequest,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { answerWith, type Answers } from '../aws';
import { describeBriefly, describeDeployment, describeRevision, describeService } from './describe';
import type { EcsService } from './service';

/** Lets the client ask this service instead of AWS; `more` are calls that something else answers. */
export function connectEcs(client: ECSClient, service: EcsService, more: Answers = {}): void {
  answerWith(client, { ...answersOf(service), ...more });
}

function answersOf(service: EcsService): Answers {
  const need = (cluster: string | undefined, name: string | undefined) => {
    const { cluster: clusterName, service: serviceName } = service.options;
    if (cluster !== clusterName && cluster !== service.clusterArn)
      throw new ClusterNotFoundException({ message: 'Cluster not found.', $metadata: {} });
    if (name !== serviceName && name !== service.arn)
      throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
  };
  return {
    DescribeServices: ({ cluster, services = [] }: DescribeServicesRequest) => {
      need(cluster, service.arn);
      const known = services.filter((name) => name === service.arn || name === service.options.service);
      return {
        services: known.map(() => describeService(service)),
        failures: services.filter((name) => !known.includes(name)).map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }: DescribeServiceDeploymentsRequest) => {
      const known = service.deployments.filter(({ arn }) => serviceDeploymentArns.includes(arn));
      return {
        serviceDeployments: known.map((one) => describeDeployment(service, one)),
        failures: serviceDeploymentArns
          .filter((arn) => !known.some((one) => one.arn === arn))
          .map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    ListServiceDeployments: (request: ListServiceDeploymentsRequest) => {
      need(request.cluster ?? service.clusterArn, request.service);
      const { status, createdAt: { after = new Date(0), before = new Date(8.64e15) } = {} } = request;
      const listed = service.deployments.filter(
        (one) => (!status || status.includes(one.status)) && one.createdAt >= after && one.createdAt <= before,
      );
      return { serviceDeployments: listed.slice(0, request.maxResults).map((one) => describeBriefly(service, one)) };
    },
    DescribeServiceRevisions: ({ serviceRevisionArns = [] }: DescribeServiceRevisionsRequest) => ({
      serviceRevisions: service.revisions
        .filter(({ arn }) => serviceRevisionArns.includes(arn))
        .map((revision) => describeRevision(service, revision)),
      failures: serviceRevisionArns
        .filter((arn) => !service.revisions.some((revision) => revision.arn === arn))
        .map((arn) => ({ arn, reason: 'MISSING' })),
    }),
    DescribeTaskDefinition: ({ taskDefinition, include }: DescribeTaskDefinitionRequest) => {
      const { tags, ...found } = needTaskDefinition(service, taskDefinition);
      return { taskDefinition: found, ...(include?.includes('TAGS') ? { tags } : {}) };
    },
    ListTaskDefinitions: ({ sort, maxResults }: ListTaskDefinitionsRequest) => {
      const arns = service.taskDefinitions.map(({ taskDefinitionArn }) => taskDefinitionArn);
      return { taskDefinitionArns: (sort === 'DESC' ? arns.toReversed() : arns).slice(0, maxResults) };
    },
    UpdateService: ({ cluster, service: name, ...request }: UpdateServiceRequest) => {
      need(cluster, name);
      const current = describeService(service).taskDefinition;
      const definition = needTaskDefinition(service, request.taskDefinition ?? current);
      if (definition.status !== 'ACTIVE')
        throw new ClientException({ message: 'TaskDefinition is inactive', $metadata: {} });
      if (request.deploymentConfiguration) service.configure(request.deploymentConfiguration);
      // A configuration alone starts no deployment. What a deployment may end with is in its status.
      if (definition.taskDefinitionArn !== current || request.forceNewDeployment)
        void service.deploy(definition.taskDefinitionArn ?? '');
      return { service: describeService(service) };
    },
    StopServiceDeployment: ({ serviceDeploymentArn, stopType = 'ROLLBACK' }: StopServiceDeploymentRequest) => {
      const deployment = service.deployments.find(({ arn }) => arn === serviceDeploymentArn);
      if (!deployment)
        throw new ServiceDeploymentNotFoundException({ message: 'Service deployment not found.', $metadata: {} });
      if (stopType !== 'ROLLBACK')
        throw new InvalidParameterException({ message: `stopType ${stopType} is not available`, $metadata: {} });
      if (!deployment.requestRollback())
        throw new ConflictException({ message: `The service deployment is ${deployment.status}.`, $metadata: {} });
      return { serviceDeploymentArn };
    },
  };
}

function needTaskDefinition(service: EcsService, name: string | undefined) {
  const found = service.findTaskDefinition(name ?? '');
  if (!found) throw new ClientException({ message: 'Unable to describe task definition.', $metadata: {} });
  return found;
}
