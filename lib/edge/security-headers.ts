/** What the sites tell browsers to refuse (requirement C14). */
import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { contentSecurityPolicy, PERMISSIONS_POLICY } from '../../app/contract/sites';
import type { PlatformStack } from '../platform-stack';
import { bucketName } from '../storage/private-bucket';
import { apiName } from './names';

export function securityHeaders(stack: PlatformStack): ResponseHeadersPolicy {
  const { region, recovery } = stack.config;
  const uploads = [region, ...(recovery?.secondRegion ? [recovery.secondRegion.region] : [])].map(
    (each) => `https://${bucketName(stack, 'uploads', each)}.s3.${each}.amazonaws.com`,
  );
  const policy = contentSecurityPolicy({ api: [`https://${apiName(stack.config)}`], uploads });

  return new ResponseHeadersPolicy(stack, 'SecurityHeaders', {
    responseHeadersPolicyName: `${stack.prefix}-sites`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [{ header: 'permissions-policy', value: PERMISSIONS_POLICY, override: true }],
    },
  });
}
