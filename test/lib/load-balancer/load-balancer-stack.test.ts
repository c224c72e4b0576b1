import { Match, type Template } from 'aws-cdk-lib/assertions';
import { INTERNAL_PATHS } from '../../../app/contract/api';
import { environment } from '../../../lib/config/environments';
import { parseEnvironment } from '../../../lib/config/schema';
import { resourceOf, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

const staging = environment('staging');
let stacks: Map<string, SynthesisedStack>;
let template: Template;
beforeAll(async () => {
  stacks = await synthesise(staging);
  ({ template } = stackOf(stacks, 'load-balancer'));
});

test('Plain HTTP is sent to HTTPS, which speaks TLS 1.2 and 1.3 only', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
  });
  for (const port of [443, 8443]) {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: port,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    });
  }
});

test('Access is logged, odd headers are dropped, and the load balancer cannot be deleted by mistake', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internet-facing',
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'deletion_protection.enabled', Value: 'true' },
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      { Key: 'access_logs.s3.enabled', Value: 'true' },
    ]),
  });
});

describe('ECS moves the weights of two rules, so that an update of them by CloudFormation could empty the serving side', () => {
  /** A change here sets the weights back to 100/0 at its deployment: read docs/decisions/native-blue-green.md first. */
  test.each([
    [
      'ProductionRuleD96592E2',
      'LoadBalancerHttps0C5C99D2',
      ['api.staging.nailbook.example', 'ap-northeast-1.api.staging.nailbook.example'],
    ],
    ['TestRule98A50909', 'LoadBalancerTest8AF6DB4A', ['green.api.staging.nailbook.example']],
  ])('%s is frozen', (id, listener, hosts) => {
    expect(stackOf(stacks, 'load-balancer').resources[id]).toEqual({
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: {
        ListenerArn: { Ref: listener },
        Priority: 100,
        Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: hosts } }],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: { Ref: 'Blue10BB7880' }, Weight: 100 },
                { TargetGroupArn: { Ref: 'Green9DCBBC03' }, Weight: 0 },
              ],
            },
          },
        ],
      },
    });
  });

  test('no other rule forwards what nobody has signed in for, and a request for another host is refused', () => {
    const forwarding = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::ListenerRule').filter(({ properties }) => {
      const actions = JSON.stringify(properties['Actions']);
      return actions.includes('"forward"') && !actions.includes('"authenticate-cognito"');
    });
    expect(forwarding.map(({ id }) => id)).toEqual(['ProductionRuleD96592E2', 'TestRule98A50909']);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: Match.objectLike({ StatusCode: '404' }) }],
    });
  });
});

describe('Paths that are not for the internet', () => {
  test.each(['LoadBalancerHttps0C5C99D2', 'LoadBalancerTest8AF6DB4A'])(
    'are answered with 404 by %s, before anything is forwarded',
    (listener) => {
      const closed = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::ListenerRule').filter(
        ({ properties }) =>
          (properties['ListenerArn'] as { Ref: string }).Ref === listener && Number(properties['Priority']) < 100,
      );
      const values = closed.map(({ properties }) => {
        expect(properties['Actions']).toEqual([
          expect.objectContaining({ FixedResponseConfig: expect.objectContaining({ StatusCode: '404' }) }),
        ]);
        return (
          (properties['Conditions'] as { PathPatternConfig: { Values: string[] } }[])[0]?.PathPatternConfig.Values ?? []
        );
      });
      expect(values.flat()).toEqual([...INTERNAL_PATHS]);
      // AWS takes five at most.
      for (const rule of values) expect(rule.length).toBeLessThanOrEqual(5);
    },
  );

  test('are stopped by the firewall too, however they are written', () => {
    const acl = resourceOf(stacks, 'AWS::WAFv2::WebACL', '/load-balancer/');
    const [first] = acl.properties['Rules'] as Record<string, unknown>[];
    expect(first).toMatchObject({
      Name: 'internal-paths',
      Priority: 0,
      Action: { Block: { CustomResponse: { ResponseCode: 404 } } },
    });
    const { OrStatement } = (first ?? {})['Statement'] as {
      OrStatement: {
        Statements: { ByteMatchStatement: { SearchString: string; TextTransformations: { Type: string }[] } }[];
      };
    };
    expect(OrStatement.Statements.map(({ ByteMatchStatement }) => ByteMatchStatement.SearchString)).toEqual([
      '/metrics',
      '/docs',
      '/openapi.json',
      '/api/alerts',
    ]);
    for (const { ByteMatchStatement } of OrStatement.Statements) {
      expect(ByteMatchStatement.TextTransformations.map(({ Type }) => Type)).toEqual([
        'URL_DECODE',
        'NORMALIZE_PATH',
        'LOWERCASE',
      ]);
    }
  });
});

test('The world reaches the ports of the web; the side under test is reached from inside and from where the configuration says', async () => {
  const config = parseEnvironment({ ...staging, edge: { ...staging.edge, testSources: ['203.0.113.0/24'] } });
  const { resources } = stackOf(await synthesise(config), 'load-balancer');
  const rules = (resources['Entrance82017A84']?.Properties ?? {})['SecurityGroupIngress'] as {
    CidrIp: unknown;
    FromPort: number;
  }[];
  const open = rules.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0').map(({ FromPort }) => FromPort);
  expect(open).toEqual([80, 443]);
  const test = rules.filter(({ FromPort }) => FromPort === 8443).map(({ CidrIp }) => CidrIp);
  expect(test).toEqual([
    { 'Fn::Join': ['', [expect.objectContaining({ 'Fn::GetStackOutput': expect.anything() }), '/32']] },
    '203.0.113.0/24',
  ]);
});

test('The API has a name for everybody, one for its region, one for the side under test, and one certificate for the three', () => {
  const names = ['api', 'ap-northeast-1.api', 'green.api'].map((label) => `${label}.staging.nailbook.example`);
  for (const name of names) template.hasResourceProperties('AWS::Route53::RecordSet', { Name: `${name}.`, Type: 'A' });
  const certificate = resourceOf(stacks, 'AWS::CertificateManager::Certificate', '/load-balancer/');
  const { DomainName, SubjectAlternativeNames } = certificate.properties as {
    DomainName: string;
    SubjectAlternativeNames: string[];
  };
  expect(new Set([DomainName, ...SubjectAlternativeNames])).toEqual(new Set(names));
});
