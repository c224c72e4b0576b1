/** The machine of Prometheus and Grafana: made again by itself when it fails or changes, with its data on a volume of its own. */
import { join } from 'node:path';
import { Duration, Size, Tags } from 'aws-cdk-lib';
import { AutoScalingGroup, AdditionalHealthCheckType, HealthChecks, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  MachineImage,
  Peer,
  Port,
  SecurityGroup,
  UserData,
  Volume,
  type Connections,
  type IConnectable,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';

export const GRAFANA_PORT = 3000;

/** The versions of monitoring/compose.yaml, for x86-64, with the checksums that their makers publish beside them. */
export const RELEASES = {
  prometheus: {
    version: '3.5.0', // long-term support
    sha256: 'e811827af26d822afb09a4f28314f61b618b12cff5369835a67f674d8b46f39a',
  },
  grafana: {
    version: '12.1.0',
    sha256: '69923cf95824008a6a7529f242295ecc2bc6b1dc4e5142c889971e88407d8712',
  },
} as const;

/** Rules, dashboards, settings and the programs that install them. */
const FILES = join(__dirname, '../../monitoring');
const ONLY_LOCAL = ['compose.yaml', 'alertmanager', 'prometheus/prometheus.yml'];

/** Of the volume, for the metrics; the rest is Grafana's database, and room. */
const METRICS_SHARE = 0.8;

export interface MetricsHostProps {
  volumeGib: number;
  retentionDays: number;
  vpc: IVpc;
  cluster: ICluster;
  /** Where people reach Grafana. */
  url: string;
}

export class MetricsHost extends Construct implements IConnectable {
  readonly group: AutoScalingGroup;
  readonly connections: Connections;

  constructor(
    private readonly stack: PlatformStack,
    id: string,
    private readonly props: MetricsHostProps,
  ) {
    super(stack, id);
    const { vpc, cluster } = props;
    // A volume stays in its zone, and so does the host.
    const subnets = vpc.privateSubnets.slice(0, 1);
    const volume = new Volume(this, 'Data', {
      availabilityZone: stack.availabilityZones[0] ?? '',
      size: Size.gibibytes(props.volumeGib),
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      removalPolicy: stack.dataRemoval,
    });
    Tags.of(volume).add('Name', `${stack.prefix}-metrics`);
    const files = new Asset(this, 'Files', { path: FILES, exclude: ONLY_LOCAL });
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Prometheus and Grafana: from the load balancer',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS, and the releases of both programs');

    const template = new LaunchTemplate(this, 'Template', {
      launchTemplateName: `${stack.prefix}-metrics`,
      instanceType: new InstanceType('t3.medium'), // E2
      machineImage: MachineImage.latestAmazonLinux2023(), // the newest at each deployment: that is how it is patched
      role: this.role(volume, files, cluster),
      securityGroup,
      userData: this.userData(volume, files),
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(16, { volumeType: EbsDeviceVolumeType.GP3, encrypted: true }),
        },
      ],
    });
    this.group = new AutoScalingGroup(this, 'Group', {
      autoScalingGroupName: `${stack.prefix}-metrics`,
      vpc,
      vpcSubnets: { subnets },
      launchTemplate: template,
      minCapacity: 1,
      maxCapacity: 1,
      healthChecks: HealthChecks.withAdditionalChecks({
        additionalTypes: [AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.minutes(15), // the old one lets go of the volume, two downloads, the start
      }),
      // Away with the old one first: the volume is at one host at a time.
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 0, maxBatchSize: 1 }),
    });
    acknowledge(this.group, {
      'AwsSolutions-AS3': 'An alarm says when the host is away; that it was made again needs nobody.',
    });
    this.connections = securityGroup.connections;
  }

  private role(volume: Volume, files: Asset, cluster: ICluster): Role {
    const { account, region, prefix } = this.stack;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      // Session Manager is the only way in: there is no SSH.
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [files.bucket.arnForObjects(files.s3ObjectKey)] }),
    );
    const instances = `arn:aws:ec2:${region}:${account}:instance/*`;
    const tasks = `arn:aws:ecs:${region}:${account}:task/${prefix}/*`;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AttachVolume'],
        resources: [`arn:aws:ec2:${region}:${account}:volume/${volume.volumeId}`],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ec2:AttachVolume'],
        resources: [instances],
        conditions: { StringEquals: { 'aws:ResourceTag/aws:autoscaling:groupName': `${prefix}-metrics` } },
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ecs:ListTasks'],
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['ecs:DescribeTasks'], resources: [tasks] }));
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]':
        'Session Manager, as AWS states it for every host.',
      'AwsSolutions-IAM5[Resource::*]': 'AWS binds this list to no resource; the condition names the cluster.',
      [`AwsSolutions-IAM5[Resource::${instances}]`]: 'Its own id is not known before; the condition names its group.',
      [`AwsSolutions-IAM5[Resource::${tasks}]`]: 'Tasks come and go; the cluster is named.',
    });
    return role;
  }

  /** The rules and dashboards are part of it by their hash: a change of them makes the host again. */
  private userData(volume: Volume, files: Asset): UserData {
    const { stack, props } = this;
    const variables = {
      NAILBOOK_ENVIRONMENT: stack.config.name,
      AWS_DEFAULT_REGION: stack.region,
      ECS_CLUSTER: stack.prefix,
      DATA_VOLUME: volume.volumeId,
      PROMETHEUS_VERSION: RELEASES.prometheus.version,
      PROMETHEUS_SHA256: RELEASES.prometheus.sha256,
      GRAFANA_VERSION: RELEASES.grafana.version,
      GRAFANA_SHA256: RELEASES.grafana.sha256,
      RETENTION_DAYS: props.retentionDays,
      RETENTION_GB: Math.floor(props.volumeGib * METRICS_SHARE),
      GRAFANA_URL: props.url,
    };
    const data = UserData.forLinux();
    data.addCommands(
      'set -euo pipefail',
      ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
      `aws s3 cp --no-progress ${files.s3ObjectUrl} /tmp/nailbook.zip`,
      'mkdir -p /opt/nailbook',
      'python3 -m zipfile -e /tmp/nailbook.zip /opt/nailbook',
      'bash /opt/nailbook/host/install.sh',
    );
    return data;
  }
}
