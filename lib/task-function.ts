/** A program of `lambda/` as AWS runs it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ENVIRONMENT_VARIABLES as NAMES } from '../app/contract/environment';
import { acknowledge } from './acknowledge';
import type { PlatformStack } from './platform-stack';

/** Where `npm run build` leaves the programs. */
const BUILT = join(__dirname, '../dist/lambda');

export interface TaskFunctionProps {
  /** Folder in `lambda/`, for example `maintenance/detect-drift`. */
  program: string;
  description: string;
  /** At most 15 minutes. */
  timeout: Duration;
  /** @default 256, which loads a program of this size in about 0.3 s */
  memoryMib?: number;
  environment?: Record<string, string>;
  /** Network to stand in, for those that reach the database or the cache; connect them by `connections`. */
  vpc?: IVpc;
}

export class TaskFunction extends LambdaFunction {
  constructor(stack: PlatformStack, id: string, props: TaskFunctionProps) {
    const { program, vpc } = props;
    const folder = join(BUILT, program);
    if (!existsSync(folder))
      throw new Error(`dist/lambda/${program} is missing: build the programs first with "npm run build"`);
    super(stack, id, {
      functionName: `${stack.prefix}-${program.replace('/', '-')}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64, // a fifth cheaper
      handler: 'index.handler',
      code: Code.fromAsset(folder),
      timeout: props.timeout,
      memorySize: props.memoryMib ?? 256,
      environment: { [NAMES.environment]: stack.config.name, ...props.environment },
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(stack, `${id}Log`, {
        logGroupName: `/nailbook/${stack.config.name}/${program}`,
        retention: stack.config.logDays,
        removalPolicy: stack.dataRemoval,
      }),
      ...(vpc
        ? { vpc, vpcSubnets: { subnets: vpc.privateSubnets }, securityGroups: [securityGroup(stack, id, vpc)] }
        : {}),
    });
    const managed = 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role';
    acknowledge(this, {
      [`${managed}/AWSLambdaBasicExecutionRole]`]: 'Writing logs, as AWS states it for every function.',
      [`${managed}/AWSLambdaVPCAccessExecutionRole]`]:
        'Network interfaces, as AWS states it for every function in a network.',
    });
  }
}

function securityGroup(stack: PlatformStack, id: string, vpc: IVpc): SecurityGroup {
  const group = new SecurityGroup(stack, `${id}Group`, { vpc, description: `Function ${id}`, allowAllOutbound: false });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS');
  return group;
}
