/** A web firewall: AWS's managed rules, a limit per address, and what a place adds to them (requirements A3, A7). */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { PlatformStack } from '../platform-stack';

export type FirewallRule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

export interface WebFirewallProps {
  /** `CLOUDFRONT` is only possible in us-east-1. */
  scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Ends the names of web ACL, metrics and log group, for example `sites`. */
  name: string;
  /** Requests of one address in 5 minutes that are let through. */
  requestsPer5Minutes: number;
  /** Requests that the limit does not count. */
  unlimited?: CfnWebACL.StatementProperty;
  /** Judged before everything else. */
  firstRules?: FirewallRule[];
}

/** AWSManagedRulesSQLiRuleSet is left out: the API binds every value, and the rules refuse customers' free text with SQL words in it. */
const MANAGED_RULES: { name: string; countOnly?: string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
  // LINE sends up to some hundred events in one body of more than 8 kB; the API has its own limit.
  { name: 'AWSManagedRulesCommonRuleSet', countOnly: ['SizeRestrictions_BODY'] },
];

export class WebFirewall extends Construct {
  readonly arn: string;
  /** CloudFront's has no region. */
  private readonly dimensions: Record<string, string>;

  constructor(stack: PlatformStack, id: string, props: WebFirewallProps) {
    super(stack, id);
    const rules: FirewallRule[] = [
      ...(props.firstRules ?? []),
      {
        name: 'requests-per-address',
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            evaluationWindowSec: 300,
            limit: props.requestsPer5Minutes,
            ...(props.unlimited ? { scopeDownStatement: { notStatement: { statement: props.unlimited } } } : {}),
          },
        },
      },
      ...MANAGED_RULES.map(managedRule),
    ];
    const name = `${stack.prefix}-${props.name}`;
    const acl = new CfnWebACL(this, 'WebAcl', {
      name,
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: rules.map((rule, priority) => Object.assign(rule, { priority, visibilityConfig: visible(rule.name) })),
    });

    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        new LogGroup(this, 'Log', {
          logGroupName: `aws-waf-logs-${name}`, // the beginning is WAF's condition
          retention: stack.config.logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }).logGroupArn,
      ],
      // Tokens stay out of the log, and so does what was let through.
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'cookie' } }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    this.arn = acl.attrArn;
    this.dimensions = { WebACL: name, Rule: 'ALL', ...(props.scope === 'REGIONAL' ? { Region: stack.region } : {}) };
  }

  /** Requests that any of its rules refused. */
  blockedRequests(): Metric {
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      dimensionsMap: this.dimensions,
      statistic: 'Sum',
    });
  }
}

function managedRule({ name, countOnly = [] }: { name: string; countOnly?: string[] }): FirewallRule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
