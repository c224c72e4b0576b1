/** The templates of an environment, made in this process: what it costs follows from what would be deployed, not from a second description. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { EnvironmentConfig } from '../config/schema';
import type { RegionRole } from '../platform-stack';
import { addPlatform } from '../platform';
import { resourcesOf, type Resource, type Template } from './resources';

const CDK_FILE = join(__dirname, '../../cdk.json');

/** Needs no AWS account. The programs of `lambda/` must have been built. */
export function synthesise(config: EnvironmentConfig): Resource[] {
  const outdir = mkdtempSync(join(tmpdir(), 'nailbook-cost-'));
  try {
    const app = new App({
      outdir,
      context: featureFlags(),
      analyticsReporting: false,
      // Whether a template is right is another command's question, and takes longer than all the rest.
      builtinCloudFormationValidation: false,
    });
    addPlatform(app, { config, version: 'estimate' });
    return app.synth().stacks.flatMap(({ stackName, environment, tags, template }) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- CDK made it
      resourcesOf(template as Template, {
        stack: stackName,
        region: environment.region,
        role: roleOf(tags, stackName),
      }),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The CDK command line reads them from this file; without it they are all off. */
function featureFlags(): Record<string, unknown> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file of this project
  const { context } = JSON.parse(readFileSync(CDK_FILE, 'utf8')) as { context: Record<string, unknown> };
  // Warnings of risk belong to `nailbook config` and to the deployment; here they would be printed between the numbers.
  return { ...context, '@aws-cdk/core:annotationsInValidationReport': false };
}

/** What the region of a stack is for, as its tag says; throws an Error when it has none. */
export function roleOf(tags: Record<string, string>, stack: string): RegionRole {
  const role = tags['region-role'];
  if (role === 'first' || role === 'standby' || role === 'active') return role;
  throw new Error(`Stack ${stack} has the tag region-role ${role}: allowed is first, standby or active`);
}
