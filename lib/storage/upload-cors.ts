/** Which pages may upload and download designs from a browser (requirement C12). */
import { HttpMethods, type CorsRule } from 'aws-cdk-lib/aws-s3';
import type { EnvironmentConfig } from '../config/schema';
import { siteNames } from '../edge/names';

/** The three sites, and nobody else. */
export function uploadCors(config: EnvironmentConfig): CorsRule[] {
  return [
    {
      allowedOrigins: siteNames(config).map((name) => `https://${name}`),
      allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.POST],
      allowedHeaders: ['content-type', 'content-length', 'x-amz-*'],
      maxAge: 3600,
    },
  ];
}
