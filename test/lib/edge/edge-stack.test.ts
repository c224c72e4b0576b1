import { runInNewContext } from 'node:vm';
import { Match } from 'aws-cdk-lib/assertions';
import { environment } from '../../../lib/config/environments';
import { firstRegion, resourcesOf, stackOf, synthesise, type SynthesisedStack } from '../../support/platform';

let stacks: Map<string, SynthesisedStack>;
let edge: SynthesisedStack['template'];
beforeAll(async () => {
  stacks = firstRegion(await synthesise(environment('production')));
  edge = stackOf(stacks, 'edge').template;
});

test('Each site has a name, HTTP/3, modern TLS and a firewall', () => {
  for (const label of ['book', 'salon', 'admin']) {
    edge.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: [`${label}.nailbook.example`],
        HttpVersion: 'http2and3',
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
        WebACLId: Match.anyValue(),
        Logging: Match.anyValue(),
      }),
    });
    for (const type of ['A', 'AAAA']) {
      edge.hasResourceProperties('AWS::Route53::RecordSet', { Name: `${label}.nailbook.example.`, Type: type });
    }
  }
});

test('Files are compressed, cached as they say themselves, and answered over HTTPS only', () => {
  for (const { properties } of resourcesOf(stacks, 'AWS::CloudFront::Distribution')) {
    expect(properties).toMatchObject({
      DistributionConfig: {
        DefaultCacheBehavior: {
          Compress: true,
          ViewerProtocolPolicy: 'redirect-to-https',
          CachePolicyId: expect.anything(),
        },
      },
    });
  }
});

test("Only its own distribution reads a site's bucket", () => {
  const policies = resourcesOf(stacks, 'AWS::S3::BucketPolicy').filter(
    ({ stack, id }) => stack.endsWith('/edge') && id.includes('Site'),
  );
  expect(policies).toHaveLength(3);
  for (const { properties } of policies) {
    const allowed = (properties['PolicyDocument'] as { Statement: Record<string, unknown>[] }).Statement.filter(
      ({ Effect }) => Effect === 'Allow',
    );
    expect(allowed).toEqual([
      expect.objectContaining({
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      }),
    ]);
  }
});

test('Browsers are told to refuse frames, foreign scripts and plain HTTP', () => {
  edge.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: Match.objectLike({
      SecurityHeadersConfig: Match.objectLike({
        ContentSecurityPolicy: {
          Override: true,
          ContentSecurityPolicy: Match.stringLikeRegexp(
            "^default-src 'self'; script-src 'self' https://static.line-scdn.net;",
          ),
        },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true, Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
      }),
    }),
  });
});

test('A path of the application is answered by its one page, a missing file is not', () => {
  const [router] = resourcesOf(stacks, 'AWS::CloudFront::Function');
  // The program runs at CloudFront; here it is run as it stands.
  const route = (uri: string): unknown =>
    runInNewContext(`${String(router?.properties['FunctionCode'])}; handler({ request: { uri } }).uri`, { uri });
  expect(['/', '/salons/7', '/salons/7/'].map(route)).toEqual(['/index.html', '/index.html', '/index.html']);
  expect(['/merchant', '/merchant/', '/merchant/today'].map(route)).toEqual(Array(3).fill('/index.html'));
  expect(route('/assets/app-1a2b.js')).toBe('/assets/app-1a2b.js');
  expect(route('/admin/assets/app-1a2b.js')).toBe('/assets/app-1a2b.js');
  expect(route('/administrators.json')).toBe('/administrators.json');
});

test('What AWS takes from us-east-1 only is there, and nothing else is', () => {
  const inVirginia = [...stacks.values()].filter(({ region }) => region === 'us-east-1').map(({ id }) => id);
  expect(inVirginia).toEqual(['production/alarms-global', 'production/edge-global', 'production/outside']);

  const acls = resourcesOf(stacks, 'AWS::WAFv2::WebACL');
  expect(acls.map(({ properties, region }) => [properties['Scope'], region])).toEqual([
    ['CLOUDFRONT', 'us-east-1'],
    ['REGIONAL', 'ap-northeast-1'],
  ]);
  for (const { properties } of resourcesOf(stacks, 'AWS::CloudFront::Distribution')) {
    expect(properties).toMatchObject({
      DistributionConfig: {
        WebACLId: { 'Fn::GetStackOutput': { Region: 'us-east-1', StackName: 'nailbook-production-edge-global' } },
        ViewerCertificate: {
          AcmCertificateArn: {
            'Fn::GetStackOutput': { Region: 'us-east-1', StackName: 'nailbook-production-edge-global' },
          },
        },
      },
    });
  }
});

test('Both firewalls have the managed rules and a limit per address', () => {
  for (const { properties } of resourcesOf(stacks, 'AWS::WAFv2::WebACL')) {
    const names = (properties['Rules'] as { Name: string }[]).map(({ Name }) => Name);
    expect(names).toEqual(
      expect.arrayContaining([
        'requests-per-address',
        'AWSManagedRulesAmazonIpReputationList',
        'AWSManagedRulesKnownBadInputsRuleSet',
        'AWSManagedRulesCommonRuleSet',
      ]),
    );
  }
});

test('Firewalls log what they stop, without tokens', () => {
  for (const { properties } of resourcesOf(stacks, 'AWS::WAFv2::LoggingConfiguration')) {
    expect(properties).toMatchObject({
      LoggingFilter: { DefaultBehavior: 'DROP' },
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
    });
  }
});
