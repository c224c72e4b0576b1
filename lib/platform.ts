/** Everything of one environment, over all its regions. */
import { Validations, type App } from 'aws-cdk-lib';
import { warnings } from './config/rules';
import { ConfigurationError, type EnvironmentConfig } from './config/schema';
import { PlatformStage } from './platform-stage';

export interface PlatformProps {
  config: EnvironmentConfig;
  /** Tag of the API's image. */
  version: string;
}

/** Throws a ConfigurationError when the version could not be the tag of an image. */
export function addPlatform(app: App, { config, version }: PlatformProps): PlatformStage {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(version)) {
    throw new ConfigurationError(
      `version is ${JSON.stringify(version)}: allowed is the tag of an image, 1 to 128 letters, digits, "_", "." or "-"`,
    );
  }
  const stage = new PlatformStage(app, config.name, { config, role: 'first', version });
  for (const [index, warning] of warnings(config).entries())
    Validations.of(stage).addWarning(`nailbook:risk-${index}`, warning);
  return stage;
}
