import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Backend } from '../../../local/backends/backend';
import { createEmbeddedBackend } from '../../../local/backends/embedded';

let folder: string;
let backend: Backend;
let storage: Server;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engines-'));
  const onClose = (closer: () => Promise<void>): void => void closers.push(closer);
  backend = await createEmbeddedBackend(join(folder, 'data'))({
    url: 'http://127.0.0.1',
    corsOrigins: [],
    processing: true,
    keepsRecords: false,
    step: async (_label, work) => work(),
    onClose,
  });
  storage = createServer(backend.storage);
  await new Promise<void>(resolve => storage.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise(resolve => { storage.close(resolve).closeAllConnections(); });
  for (const closer of closers.reverse()) await closer();
  rmSync(folder, { recursive: true });
});

type Credentials = Backend['place']['credentials'];

/** One request to each engine. */
const REQUESTS: Readonly<Record<string, (
  config: { region: string; credentials: Credentials; maxAttempts: number }
) => Promise<unknown>>> = {
  'the table': async config => new DynamoDBClient({ ...config, endpoint: backend.place.tableUrl }).send(
    new ScanCommand({ TableName: backend.place.table }),
  ),
  'the queue': async config => {
    const { endpoint, queueUrl: QueueUrl } = backend.place.queues!;
    return new SQSClient({ ...config, endpoint }).send(new ReceiveMessageCommand({ QueueUrl }));
  },
  'the storage': async config => {
    const endpoint = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
    return new S3Client({ ...config, endpoint, forcePathStyle: true }).send(
      new ListObjectsV2Command({ Bucket: backend.place.bucket }),
    );
  },
};

/** Any process of the machine can reach the ports, and would read and change the images of every user. */
test.each(Object.keys(REQUESTS))('%s answers the credentials of the server alone', async engine => {
  const { region, credentials } = backend.place;
  const call = async (given: Credentials): Promise<unknown> =>
    REQUESTS[engine]({ region, credentials: given, maxAttempts: 1 });
  await call(credentials);
  for (const other of [{ ...credentials, secretAccessKey: 'guessed' }, { ...credentials, accessKeyId: 'guessed' }]) {
    const { $metadata } = await call(other).then(() => {
      throw new Error('it must be denied');
    }, (error: { $metadata?: { httpStatusCode?: number } }) => error);
    expect([400, 403]).toContain($metadata?.httpStatusCode);
  }
});
