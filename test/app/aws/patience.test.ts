import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { isAwsError } from '../../../app/aws/errors';
import { AWS_PATIENCE } from '../../../app/aws/patience';
import { s3UploadStore } from '../../../app/uploads/upload-store';

let silent: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('a service that takes the request and does not answer is given up, as any error of AWS', async () => {
  const client = new S3Client({
    ...AWS_PATIENCE,
    requestHandler: { ...AWS_PATIENCE.requestHandler, requestTimeout: 50 },
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const error: unknown = await s3UploadStore('bucket', client)
    .size('key')
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(isAwsError(error)).toBe(true);
  expect(sockets.length).toBeLessThanOrEqual(AWS_PATIENCE.maxAttempts);
  client.destroy();
});
