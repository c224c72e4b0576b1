/** The secrets of one environment, made here and copied to the region that stands by (requirement A8). */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret, type ISecret, type ReplicaRegion } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { as } from '../as-interface';
import type { PlatformStack } from '../platform-stack';

/** Logins of PostgreSQL by the end of their secret's name; each is rotated. */
export const DATABASE_LOGINS = {
  /** The API's own: owns nothing, cannot pass row-level security. */
  api: { secret: 'database', username: 'nailbook_api', purpose: 'the booking API' },
  /** Owns the tables, runs the migrations. */
  owner: { secret: 'database-owner', username: 'nailbook_owner', purpose: 'migrations' },
  maintenance: { secret: 'database-maintenance', username: 'nailbook_maintenance', purpose: 'maintenance tasks' },
  /** RDS's master user: makes the others and sets their passwords. */
  admin: { secret: 'database-admin', username: 'nailbook_admin', purpose: 'setting up roles and passwords' },
} as const;
export type DatabaseLogin = keyof typeof DATABASE_LOGINS;

export interface SecretsProps {
  key: IKey;
  /** Regions that get the same secrets under the same names. */
  replicaRegions: ReplicaRegion[];
}

/** The secrets that every region has. */
export interface PlatformSecrets {
  readonly logins: Record<DatabaseLogin, ISecret>;
  /** HMAC key of the platform's own access tokens: the text itself. */
  readonly tokenKey: ISecret;
  /** `channel_id` and `channel_secret` of the platform's own LINE channel; put there by a person after the first deployment. */
  readonly line: ISecret;
}

export class Secrets extends Construct implements PlatformSecrets {
  readonly logins: Record<DatabaseLogin, ISecret>;
  readonly tokenKey: ISecret;
  readonly line: ISecret;

  constructor(stack: PlatformStack, id: string, { key, replicaRegions }: SecretsProps) {
    super(stack, id);
    const secret = (
      name: string,
      description: string,
      generate: { template?: object; field?: string; length: number },
    ) =>
      as<ISecret>(
        new Secret(this, name, {
          secretName: stack.secretName(name),
          description,
          encryptionKey: key,
          replicaRegions,
          removalPolicy: stack.dataRemoval,
          generateSecretString: {
            passwordLength: generate.length,
            excludePunctuation: true, // it travels through URLs and shells
            ...(generate.field
              ? { generateStringKey: generate.field, secretStringTemplate: JSON.stringify(generate.template) }
              : {}),
          },
        }),
      );
    const login = ({ secret: name, username, purpose }: (typeof DATABASE_LOGINS)[DatabaseLogin]) =>
      secret(name, `PostgreSQL login for ${purpose}`, { template: { username }, field: 'password', length: 32 });

    this.logins = {
      api: login(DATABASE_LOGINS.api),
      owner: login(DATABASE_LOGINS.owner),
      maintenance: login(DATABASE_LOGINS.maintenance),
      admin: login(DATABASE_LOGINS.admin),
    };
    this.tokenKey = secret('token-key', 'Signs the access tokens of salons and administrators', { length: 64 });
    acknowledge(this.tokenKey, {
      'AwsSolutions-SMG4': 'A new key signs everybody out: it is changed by hand, after an incident.',
    });
    this.line = secret('line', "The platform's own LINE channel: channel_id and channel_secret", {
      template: { channel_id: '' },
      field: 'channel_secret',
      length: 32,
    });
    acknowledge(this.line, { 'AwsSolutions-SMG4': 'LINE issues it: a person copies it from the console of LINE.' });
  }
}

/** The copies in another region, which Secrets Manager keeps up to date there; `key` encrypts them. */
export class SecretCopies extends Construct implements PlatformSecrets {
  readonly logins: Record<DatabaseLogin, ISecret>;
  readonly tokenKey: ISecret;
  readonly line: ISecret;

  constructor(stack: PlatformStack, id: string, key: IKey) {
    super(stack, id);
    const copy = (name: string) =>
      Secret.fromSecretAttributes(this, name, {
        secretPartialArn: `arn:aws:secretsmanager:${stack.region}:${stack.account}:secret:${stack.secretName(name)}`,
        encryptionKey: key,
      });
    this.logins = {
      api: copy(DATABASE_LOGINS.api.secret),
      owner: copy(DATABASE_LOGINS.owner.secret),
      maintenance: copy(DATABASE_LOGINS.maintenance.secret),
      admin: copy(DATABASE_LOGINS.admin.secret),
    };
    this.tokenKey = copy('token-key');
    this.line = copy('line');
  }
}
