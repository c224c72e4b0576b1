/** Who may deploy, from GitHub and without a key that could be lost; and the ceiling over all roles (requirement A9). */
import { Duration } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { SITES } from '../../app/contract/sites';
import { RELEASES_PREFIX } from '../../app/contract/storage';
import { acknowledge, forEachResource } from '../acknowledge';
import { regionsOf } from '../config/regions';
import { PlatformStack, type PlatformStackProps } from '../platform-stack';
import { API_REPOSITORY } from '../service/images-stack';
import { bucketName, objectsOf, siteBucketName } from '../storage/private-bucket';
import { permissionBoundary } from './permission-boundary';

const ISSUER = 'token.actions.githubusercontent.com';

/** As long as the job of a deployment may take: a release is watched for an hour and more, and the session must not end before it. */
export const DEPLOY_SESSION = Duration.hours(3);

/** Roles that `cdk bootstrap` makes in each region; the part of their names before account and region. */
const BOOTSTRAP = 'cdk-hnb659fds';

export class AccessStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: Omit<PlatformStackProps, 'description'>) {
    super(scope, id, { ...props, description: 'Access: roles of GitHub workflows, the ceiling over all roles' });
    const { access } = this.config;
    const boundary = permissionBoundary(this, regionsOf(this.config));
    const provider = new OidcProviderNative(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    });

    const diff = this.workflowRole('DiffRole', provider, {
      name: 'diff',
      description: 'Pull requests: read what is deployed and compare',
      subject: `repo:${access.repository}:pull_request`,
      session: Duration.hours(1),
    });
    this.letAssume(diff, ['lookup']);

    const deploy = this.workflowRole('DeployRole', provider, {
      name: 'deploy',
      description: 'Jobs in the approved GitHub environment: deploy by CDK, push the image, publish the sites',
      subject: `repo:${access.repository}:environment:${access.deployEnvironment}`,
      session: DEPLOY_SESSION,
    });
    this.letAssume(deploy, ['deploy', 'file-publishing', 'image-publishing', 'lookup']);
    this.letPublish(deploy);
    this.letCheck(deploy);
    if (access.testsSignIn) this.letSignIn(deploy);

    // The roles name the boundary by its ARN, in which CloudFormation sees no dependency.
    for (const role of [diff, deploy]) role.node.addDependency(boundary);
  }

  private workflowRole(
    id: string,
    provider: OidcProviderNative,
    { name, description, subject, session }: { name: string; description: string; subject: string; session: Duration },
  ): Role {
    return new Role(this, id, {
      roleName: `${this.prefix}-${name}`,
      description,
      maxSessionDuration: session,
      assumedBy: new WebIdentityPrincipal(provider.oidcProviderArn, {
        StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: subject },
      }),
    });
  }

  /** CDK itself works through these roles; CloudFormation's own rights stay with its execution role. */
  private letAssume(role: IRole, kinds: string[]): void {
    const regions = [...new Set([...regionsOf(this.config), 'us-east-1'])];
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: regions.flatMap((region) =>
          kinds.map((kind) => `arn:aws:iam::${this.account}:role/${BOOTSTRAP}-${kind}-role-${this.account}-${region}`),
        ),
      }),
    );
  }

  private letPublish(role: IRole): void {
    // Files are put and never taken away; pages are not cached, so that nothing has to be invalidated.
    const files = SITES.map((site) => objectsOf(siteBucketName(this, site), ''));
    for (const statement of [
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        actions: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:CompleteLayerUpload',
          'ecr:DescribeImages',
          'ecr:InitiateLayerUpload',
          'ecr:PutImage',
          'ecr:UploadLayerPart',
        ],
        resources: [`arn:aws:ecr:${this.region}:${this.account}:repository/${API_REPOSITORY}`],
      },
      { actions: ['s3:PutObject'], resources: files },
    ]) {
      role.addToPrincipalPolicy(new PolicyStatement(statement));
    }
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'AWS binds a login to the registry, and reading metrics and load balancers, to no resource.',
      ...forEachResource(files, 'Publishing a site puts all of its files.'),
    });
  }

  /** What `nailbook release check` and `release why` ask after a release. */
  private letCheck(role: IRole): void {
    const backups = `arn:aws:s3:::${bucketName(this, 'backups')}`;
    const records = `${backups}/${RELEASES_PREFIX}*`;
    for (const statement of [
      { actions: ['cloudwatch:GetMetricData', 'elasticloadbalancing:DescribeLoadBalancers'], resources: ['*'] },
      { actions: ['s3:GetObject'], resources: [records] },
      {
        actions: ['s3:ListBucket'],
        resources: [backups],
        conditions: { StringLike: { 's3:prefix': `${RELEASES_PREFIX}*` } },
      },
    ]) {
      role.addToPrincipalPolicy(new PolicyStatement(statement));
    }
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::${records}]`]: 'The record of every release of the environment.',
    });
  }

  /** The secret lies in a stack that stands on this one: by its name, and its key by the alias. */
  private letSignIn(role: IRole): void {
    const secret = `arn:aws:secretsmanager:${this.region}:${this.account}:secret:${this.secretName('token-key')}-??????`;
    const keys = `arn:aws:kms:${this.region}:${this.account}:key/*`;
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret] }));
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [keys],
        conditions: {
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${this.prefix}-data` },
          StringEquals: { 'kms:ViaService': `secretsmanager.${this.region}.amazonaws.com` },
        },
      }),
    );
    acknowledge(role, { [`AwsSolutions-IAM5[Resource::${keys}]`]: 'The condition names the one key by its alias.' });
  }
}
