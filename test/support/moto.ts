/** An AWS account of its own for a test file, in the stand-in for AWS that all test files of a run share. */
import { randomInt } from 'node:crypto';
import { askMainProcess } from './main-process';
import { installMoto } from './python';

export interface Moto {
  /** For the constructor of any client. */
  settings: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
    forcePathStyle: true;
  };
}

const REGION = 'ap-northeast-1';

const installed = installMoto();

/** `describe`, or its skipping form that says why. */
export const describeWithMoto: jest.Describe = 'missing' in installed ? describe.skip : describe;
if ('missing' in installed) console.warn(`Tests against moto are skipped, it is not installed: ${installed.missing}`);

/** The first call of a run waits about a second for the server. */
export async function createMotoAccount(): Promise<Moto> {
  const endpoint = await askMainProcess('moto');
  // The credentials of an assumed role belong to the role's account.
  const account = String(randomInt(1e11, 1e12));
  const role = `arn:aws:iam::${account}:role/test`;
  const query = `Action=AssumeRole&Version=2011-06-15&RoleSessionName=test&RoleArn=${encodeURIComponent(role)}`;
  const text = await askMoto({ endpoint, accessKeyId: 'test' }, 'sts', query);
  const read = (name: string) => {
    const [, found] = new RegExp(`<${name}>(.*)</${name}>`).exec(text) ?? [];
    if (found === undefined) throw new Error(`moto gave no ${name}: ${text}`);
    return found;
  };
  const credentials = {
    accessKeyId: read('AccessKeyId'),
    secretAccessKey: read('SecretAccessKey'),
    sessionToken: read('SessionToken'),
  };
  return { settings: { endpoint, region: REGION, credentials, forcePathStyle: true } };
}

/** Asks a service for which there is no client here; `query` is as in AWS's query protocol. moto checks no signature. */
export async function askMoto(
  { endpoint, accessKeyId }: { endpoint: string; accessKeyId: string },
  service: string,
  query: string,
): Promise<string> {
  const scope = `${accessKeyId}/20261101/${REGION}/${service}/aws4_request`;
  const answer = await fetch(`${endpoint}/?${query}`, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
  });
  return answer.text();
}
