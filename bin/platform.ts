/**
 * The CDK app: all environments, or the one that `-c environment=` names. `-c version=` names the API's image; without it the tasks
 * run the version of this checkout.
 */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { version } from '../package.json';
import { selectEnvironments } from '../lib/config/environments';
import { ConfigurationError } from '../lib/config/schema';
import { addPlatform } from '../lib/platform';
import { buildLambdas } from './build';

async function main(): Promise<void> {
  const app = new App();
  const environments = selectEnvironments(app.node.tryGetContext('environment'));
  await buildLambdas();
  for (const config of environments) {
    addPlatform(app, { config, version: String(app.node.tryGetContext('version') ?? version) });
  }
  // `CDK_VALIDATION=false` leaves out the checks of templates, here as in CDK itself: for the inner loop, never for a deployment.
  if (process.env['CDK_VALIDATION'] !== 'false') Validations.of(app).addPlugins(new AwsSolutionsChecks());
  app.synth();
}

main().catch((error: unknown) => {
  // A refused configuration is the reader's to mend: its message says all, and a stack trace would hide it.
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
});
