/** Who may look at Grafana: people that an operator has added to a user pool, each with a second factor. */
import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { PlatformStack } from '../platform-stack';

export class SignIn extends Construct {
  readonly userPool: UserPool;
  readonly userPoolClient: UserPoolClient;
  readonly userPoolDomain: UserPoolDomain;

  /** `url`: of what is signed in to, on a load balancer. */
  constructor(stack: PlatformStack, id: string, url: string) {
    super(stack, id);
    this.userPool = new UserPool(this, 'People', {
      userPoolName: `${stack.prefix}-metrics`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.NONE, // an operator sets a new password
      deletionProtection: stack.config.terminationProtection,
      removalPolicy: stack.dataRemoval,
    });
    acknowledge(this.userPool, {
      'AwsSolutions-COG3': 'Threat protection is paid by person; the few operators have a second factor.',
      'AwsSolutions-COG8': 'The plan with threat protection is paid by person; the few operators have a second factor.',
    });
    this.userPoolClient = this.userPool.addClient('LoadBalancer', {
      generateSecret: true, // the load balancer keeps it
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${url}/oauth2/idpresponse`],
      },
    });
    this.userPoolDomain = this.userPool.addDomain('Domain', {
      // Unique in the whole region of AWS.
      cognitoDomain: { domainPrefix: `${stack.prefix}-metrics-${stack.account}` },
    });
  }
}
