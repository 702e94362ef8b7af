import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { readEmulator } from '../../../local/emulator';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { expectBucketAsConstructed } from '../support/as-constructed';
import { startBucketEmulator, type BucketEmulator } from '../support/bucket-emulator';
import { startQueueEmulator, type QueueEmulator } from '../support/queue-emulator';
import { ServerProcess } from '../support/server-process';

jest.setTimeout(60_000);

/** No server listens on this port, unless another process has just taken it. */
let nowhere: string;

beforeAll(async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  nowhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise(resolve => server.close(resolve));
});

describe('the environment', () => {
  const AWS_ENDPOINT_URL = 'http://127.0.0.1:4566/';

  test('names no emulator without AWS_ENDPOINT_URL, even with other AWS variables', () => {
    expect(readEmulator({
      AWS_ENDPOINT_URL_S3: nowhere,
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_PROFILE: 'work',
      BUCKET_NAME: 'photos',
    })).toBeUndefined();
    expect(readEmulator({ AWS_ENDPOINT_URL: '' })).toBeUndefined();
  });

  test('needs to say no more', () => {
    const endpoint = 'http://127.0.0.1:4566';
    const name = 'cdk-image-service-local';
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    expect(readEmulator({ AWS_ENDPOINT_URL })).toEqual({
      storageUrl: endpoint,
      tableUrl: endpoint,
      queueEndpoint: endpoint,
      bucket: name,
      table: name,
      queue: name,
      region: 'us-east-1',
      credentials,
    });
  });

  test('may set an endpoint per service, names and credentials', () => {
    expect(readEmulator({
      AWS_ENDPOINT_URL,
      AWS_ENDPOINT_URL_S3: 'http://s3:9000',
      AWS_ENDPOINT_URL_DYNAMODB: 'https://tables',
      AWS_ENDPOINT_URL_SQS: 'http://queues',
      BUCKET_NAME: 'photos',
      TABLE_NAME: 'records',
      QUEUE_NAME: 'uploads',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'c',
    })).toEqual({
      storageUrl: 'http://s3:9000',
      tableUrl: 'https://tables',
      queueEndpoint: 'http://queues',
      bucket: 'photos',
      table: 'records',
      queue: 'uploads',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
    });
  });

  test.each([
    [
      { AWS_ENDPOINT_URL: 'localhost:4566' },
      'AWS_ENDPOINT_URL must be an http or https origin such as http://127.0.0.1:4566, got: localhost:4566',
    ],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/aws' }, 'got: http://127.0.0.1:4566/aws'],
    [{ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3: 's3' }, 'AWS_ENDPOINT_URL_S3 must be an http or https origin'],
    [
      { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB: 's3' },
      'AWS_ENDPOINT_URL_DYNAMODB must be an http or https origin',
    ],
    [{ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS: 'sqs' }, 'AWS_ENDPOINT_URL_SQS must be an http or https origin'],
    [
      { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: 'a' },
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must both be set, or neither',
    ],
  ])('rejects %j with an error that names the variable', (environment, message) => {
    expect(() => readEmulator(environment)).toThrow(message);
  });
});

describe('npm start', () => {
  async function refusal(args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
    const server = new ServerProcess(['--port', '0', ...args], environment);
    expect(await server.exited).toBe(1);
    return server.output.trim().split('\n').at(-1)!;
  }

  test('names the fix if no emulator answers', async () => {
    expect(await refusal(['--wait', '1'], { AWS_ENDPOINT_URL: nowhere })).toBe(
      `✗ no answer from ${nowhere} within 1 s (ECONNREFUSED): `
      + 'start the emulator, or correct AWS_ENDPOINT_URL; without one, npm start uses its own engines',
    );
  });

  test('rejects --data and --reset', async () => {
    const elsewhere = { AWS_ENDPOINT_URL: nowhere, BUCKET_NAME: 'photos', TABLE_NAME: 'records' };
    expect(await refusal(['--data', 'here'], elsewhere)).toBe(
      `✗ --data must not be given with AWS_ENDPOINT_URL, got: here; the data is at ${nowhere}`,
    );
    expect(await refusal(['--reset'], elsewhere)).toContain(
      'delete the bucket photos, the table records and the queue cdk-image-service-local there',
    );
  });

  test.each([['--on-event', 'http://localhost:3000'], ['--verbose']])('rejects %s, since it would publish nothing', async (...option) => {
    expect(await refusal(option, { AWS_ENDPOINT_URL: nowhere })).toBe(
      `✗ ${option[0]} must not be given with AWS_ENDPOINT_URL: the server publishes the events of its own database only`,
    );
  });

  test('names the endpoint it waits for, and stops on a signal', async () => {
    const server = new ServerProcess(['--port', '0'], { AWS_ENDPOINT_URL: nowhere });
    const announced = `waiting up to 60 s for ${nowhere}; without AWS_ENDPOINT_URL, npm start uses its own engines`;
    while (!server.output.includes(announced)) {
      await new Promise(resolve => { server.child.stdout!.once('data', resolve); });
    }
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

describe('on an emulator', () => {
  let buckets: BucketEmulator;
  let tables: TableEngine;
  let queues: QueueEmulator;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    [buckets, tables, queues] = await Promise.all([startBucketEmulator(), startTableEngine(), startQueueEmulator()]);
    environment = {
      AWS_ENDPOINT_URL: buckets.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      BUCKET_NAME: 'photos',
      TABLE_NAME: 'records',
      QUEUE_NAME: 'uploads',
    };
  });

  afterEach(async () => { await Promise.all([buckets.close(), tables.close(), queues.close()]); });

  test('npm start creates missing resources, serves, and prints where the data is', async () => {
    const server = new ServerProcess(['--port', '0', '--cors-origin', 'https://app.example.com'], environment);
    const url = await server.url();
    const created = await fetch(`${url}/images`, {
      method: 'POST',
      headers: { 'x-user-id': 'alice', 'content-type': 'application/json' },
      body: '{"content_type":"image/png","size":70}',
    });
    const { upload } = await created.json() as { upload: { url: string } };
    expect(await server.end('SIGTERM')).toBe(0);
    expect(upload.url.startsWith(`${buckets.endpoint}/photos/originals/`)).toBe(true);
    const steps = server.output.split('\n').filter(line => line.startsWith('✓')).map(
      line => line.replace(/^✓ | \d+ ms$/g, '').replace(/;.*/, ''),
    );
    expect(steps).toEqual([
      'build the handlers', `wait for ${buckets.endpoint}`, `wait for ${tables.endpoint}`,
      `wait for ${queues.endpoint}`,
      'created the queue uploads', 'created the bucket photos', 'created the table records', 'start the API',
      'start the worker', 'start the sweeper',
    ]);
    const data = `The data is at ${buckets.endpoint}, ${tables.endpoint} and ${queues.endpoint}:\nbucket photos, table records, queue uploads.`;
    expect(server.output).toContain(data);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint: buckets.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
    await expectBucketAsConstructed(client, 'photos', ['https://app.example.com']);
  });

  test('npm start refuses a PUBLIC_S3_ENDPOINT that no URL could be signed for', async () => {
    const server = new ServerProcess(['--port', '0'], { ...environment, PUBLIC_S3_ENDPOINT: 'localhost:4566' });
    expect(await server.exited).toBe(1);
    expect(server.output).toContain(
      '✗ PUBLIC_S3_ENDPOINT must be an http or https origin such as http://localhost:4566, got: localhost:4566',
    );
  });

  test('npm run local:create-resources creates them, and finds them the second time', async () => {
    for (const told of [
      /✓ created the queue uploads.*\n✓ created the bucket photos.*\n✓ created the table records/,
      /✓ the queue uploads exists already.*\n✓ the bucket photos exists already.*\n✓ the table records exists already/,
    ]) {
      const run = new ServerProcess([], environment, 'resources/main.ts');
      expect(await run.exited).toBe(0);
      expect(run.output).toMatch(told);
    }
  });
});

test.each([
  [['--help'], 0, 'Usage: npm run local:create-resources'],
  [[], 1, '✗ AWS_ENDPOINT_URL must name an emulator such as http://127.0.0.1:4566, got: nothing'],
  [['--port', '1'], 1, 'npm run local:create-resources -- --help lists the options'],
])('npm run local:create-resources with %j ends with %i', async (args, code, text) => {
  const run = new ServerProcess(args, {}, 'resources/main.ts');
  expect(await run.exited).toBe(code);
  expect(run.output).toContain(text);
});
