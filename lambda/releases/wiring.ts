/** What every handler of a release is wired with in AWS. */
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { ENVIRONMENT_VARIABLES as NAMES } from '../../app/contract/environment';
import { s3ReleaseStore } from '../../app/contract/release-record';
import { need } from '../maintenance/aws/settings';
import type { HookDependencies } from './hook';

/** Throws an Error that names a missing variable, when the function starts. */
export function hookDependencies(): HookDependencies {
  return {
    ecs: new ECSClient({}),
    store: s3ReleaseStore(new S3Client({}), need('releasesBucket')),
    environment: process.env[NAMES.environment] || 'local',
    clock: Date.now,
    write: (line) => void process.stdout.write(`${line}\n`),
  };
}
