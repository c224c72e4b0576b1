/** What the sites tell browsers to refuse (requirement C14). */
import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { PlatformStack } from '../platform-stack';
import { bucketName } from '../storage/private-bucket';
import { apiName } from './names';

/** LINE's SDK (LIFF) loads from and talks to these hosts. */
const LINE_SCRIPTS = 'https://static.line-scdn.net';
const LINE_SERVICES = 'https://api.line.me https://access.line.me https://liffsdk.line-scdn.net';
const LINE_PICTURES = 'https://profile.line-scdn.net https://obs.line-scdn.net';

export function securityHeaders(stack: PlatformStack): ResponseHeadersPolicy {
  const { region, recovery } = stack.config;
  const uploads = [region, ...(recovery?.secondRegion ? [recovery.secondRegion.region] : [])]
    .map((each) => `https://${bucketName(stack, 'uploads', each)}.s3.${each}.amazonaws.com`)
    .join(' ');
  const contentSecurityPolicy = [
    "default-src 'self'",
    `script-src 'self' ${LINE_SCRIPTS}`,
    "style-src 'self' 'unsafe-inline'", // inline styles are how positions are computed; no script can ride on them
    `img-src 'self' data: blob: ${LINE_PICTURES} ${uploads}`,
    `connect-src 'self' https://${apiName(stack.config)} ${LINE_SERVICES} ${uploads}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

  return new ResponseHeadersPolicy(stack, 'SecurityHeaders', {
    responseHeadersPolicyName: `${stack.prefix}-sites`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [
        { header: 'permissions-policy', value: 'camera=(self), geolocation=(), microphone=()', override: true },
      ],
    },
  });
}
