/** Started every day by its schedule. */
import { S3Client } from '@aws-sdk/client-s3';
import { removeObjects } from '../aws/remove-objects';
import { readSecret } from '../aws/secrets';
import { need } from '../aws/settings';
import { loginFromEnvironment } from '../database/login';
import { recordAs } from '../database/record-run';
import { withDatabase } from '../database/session';
import { lambdaTask } from '../entry';
import { cleanUpUploads } from './clean-up-uploads';

const s3 = new S3Client({});
const bucket = need('uploadsBucket');
const files = { remove: (keys: string[]) => removeObjects(s3, bucket, keys) };
const login = () => loginFromEnvironment(process.env, readSecret);

export const handler = lambdaTask(
  'clean-up-uploads',
  (run) => withDatabase(login(), (client) => cleanUpUploads({ client, files }, run)),
  recordAs(login),
);
