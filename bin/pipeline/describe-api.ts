/**
 * `node --import tsx bin/pipeline/describe-api.ts <environment>`: prints the description of an environment's API (OpenAPI) for a scanner; the load
 * balancer shows it to nobody.
 */
import { reasonOf } from '../../app/contract/reason';
import { apiName } from '../../lib/edge/names';
import { environment } from '../../lib/config/environments';
import { environmentName } from '../nailbook/environment';
import { describeApi } from '../web/describe-api';

async function main(name: string): Promise<void> {
  const url = `https://${apiName(environment(environmentName(name)))}`;
  console.log(JSON.stringify({ ...(await describeApi()), servers: [{ url }] }));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
