/** Where a command on AWS acts, and that it is the right place: the account and region of the environment that was named. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { reasonOf } from '../../../app/contract/reason';
import { environment } from '../../../lib/config/environments';
import type { EnvironmentConfig, EnvironmentName } from '../../../lib/config/schema';
import { Failure } from '../terminal';

export interface Place {
  config: EnvironmentConfig;
  region: string;
  /** Begins the names of everything in the environment, and is that of the cluster. */
  prefix: string;
}

/**
 * The environment's region, or its second one when AWS_REGION (or AWS_DEFAULT_REGION) says so. Throws a Failure when they name a region
 * without an API of this environment.
 */
export function placeOf(name: EnvironmentName, variables: NodeJS.ProcessEnv = process.env): Place {
  const config = environment(name);
  const second = config.recovery?.secondRegion?.region;
  const regions: string[] = [config.region, ...(second ? [second] : [])];
  const asked = variables['AWS_REGION'] ?? variables['AWS_DEFAULT_REGION'] ?? config.region;
  if (!regions.includes(asked)) {
    throw new Failure(
      `the region is ${asked}, and ${name} stands in ${regions.join(' and ')}: set AWS_REGION, or unset it`,
    );
  }
  return { config, region: asked, prefix: `nailbook-${name}` };
}

/** Who asks, as AWS knows them. Throws a Failure unless the credentials belong to the account of the environment. */
export async function checkAccount({ config }: Place, sts: STSClient): Promise<string> {
  const { Account: account, Arn: arn = 'somebody' } = await sts
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      const why = reasonOf(error);
      throw new Failure(`AWS does not take the credentials: ${why.replace(/\.?$/, '.')} Sign in, or set AWS_PROFILE.`, {
        cause: error,
      });
    });
  if (account !== config.account) {
    throw new Failure(
      `the credentials are of account ${account}, and ${config.name} is account ${config.account}: set AWS_PROFILE`,
    );
  }
  // `arn:aws:sts::…:assumed-role/admin/mei`
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The place of an environment, once AWS has let us in: what a command there does before all else. Throws a Failure as the two above do. */
export async function enter(name: EnvironmentName): Promise<Place> {
  const place = placeOf(name);
  await checkAccount(place, new STSClient({ region: place.region }));
  return place;
}
