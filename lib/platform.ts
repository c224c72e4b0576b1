/** Everything of one environment, over all its regions. */
import { Validations, type App } from 'aws-cdk-lib';
import { secondRegionConfig } from './config/regions';
import { warnings } from './config/rules';
import { ConfigurationError, type EnvironmentConfig } from './config/schema';
import { PlatformStage } from './platform-stage';

export interface PlatformProps {
  config: EnvironmentConfig;
  /** Tag of the API's image. */
  version: string;
}

/** Throws a ConfigurationError when the version could not be the tag of an image. */
export function addPlatform(app: App, { config, version }: PlatformProps): void {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(version)) {
    throw new ConfigurationError(
      `version is ${JSON.stringify(version)}: allowed is the tag of an image, 1 to 128 letters, digits, "_", "." or "-"`,
    );
  }
  const first = new PlatformStage(app, config.name, { config, version });
  const second = config.recovery?.secondRegion;
  const secondConfig = secondRegionConfig(config);
  if (second && secondConfig) {
    new PlatformStage(app, `${config.name}-second`, {
      config: secondConfig,
      version,
      secondOf: { first, role: second.role },
    });
  }
  for (const [index, warning] of warnings(config).entries()) {
    Validations.of(first).addWarning(`nailbook:risk-${index}`, warning);
  }
}
