import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DynamoDBClient, GetItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand, type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BUCKET, openEngines, SIGNING, type Endpoints } from './crash-child';
import { ensureTable } from '../../../local/resources/table';

const TABLE = 'crash';
const PAIRS = 12;
const KILLS = Number(process.env.ENGINE_KILLS ?? 4);
/** Requests that the kill interrupts must fail at once. The SDK must not send them again. */
const ONCE = { ...SIGNING, maxAttempts: 1 };

let folder: string;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'engines-')); });
afterEach(() => rmSync(folder, { recursive: true }));

interface Clients { readonly table: DynamoDBClient; readonly storage: S3Client; readonly queue: SQSClient }

async function withClients<T>(endpoints: Endpoints, work: (clients: Clients) => Promise<T>): Promise<T> {
  const clients = {
    table: new DynamoDBClient({ ...ONCE, endpoint: endpoints.table }),
    storage: new S3Client({ ...ONCE, endpoint: endpoints.storage, forcePathStyle: true }),
    queue: new SQSClient({ ...ONCE, endpoint: endpoints.queue }),
  };
  try {
    return await work(clients);
  } finally {
    clients.table.destroy();
    clients.storage.destroy();
    clients.queue.destroy();
  }
}

/** Opens the data that a killed process has left. */
async function afterwards(work: (clients: Clients) => Promise<void>): Promise<void> {
  const engines = await openEngines(folder);
  try {
    await withClients(engines, work);
  } finally {
    await engines.close();
  }
}

async function child(): Promise<{ process: ChildProcess; endpoints: Endpoints }> {
  const process_ = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'crash-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(process_.stdout), 'line') as [string];
  return { process: process_, endpoints: JSON.parse(line) as Endpoints };
}

/**
 * Runs `writer` repeatedly until the process is killed in the middle of it. The kill comes some time after the first
 * run, which may be slow on a busy machine.
 */
async function untilKilled(
  writer: (clients: Clients, n: number) => Promise<void>, after: number, startAt: number,
): Promise<void> {
  const { process: engines, endpoints } = await child();
  const exit = once(engines, 'exit');
  await withClients(endpoints, async clients => {
    await ensureTable(clients.table, TABLE);
    await writer(clients, startAt);
    const writing = (async () => {
      for (let n = startAt + 1; engines.exitCode === null && engines.signalCode === null; n++) {
        await writer(clients, n).catch(() => undefined);
      }
    })();
    await delay(after);
    engines.kill('SIGKILL');
    await exit;
    await writing;
  });
}

function key(id: string): Record<string, AttributeValue> {
  return { image_id: { S: id } };
}

test('a kill keeps every acknowledged transaction, and no transaction is partial', async () => {
  const answered = new Map<number, number>();
  const side = (pair: number, name: string, n: number) => ({
    Update: {
      TableName: TABLE,
      Key: key(`${pair}-${name}`),
      UpdateExpression: 'SET n = :n, user_id = :u, created_at = :c',
      ExpressionAttributeValues: {
        ':n': { N: String(n) },
        ':u': { S: `pair ${pair}` },
        ':c': { S: `${String(n).padStart(9, '0')}#${name}` },
      },
    },
  });
  const write = async ({ table }: Clients, n: number): Promise<void> => {
    await Promise.all(Array.from({ length: PAIRS }, async (_, pair) => {
      await table.send(
        new TransactWriteItemsCommand({ TransactItems: [side(pair, 'left', n), side(pair, 'right', n)] }),
      );
      answered.set(pair, n);
    }));
  };

  for (let kill = 1; kill <= KILLS; kill++) {
    await untilKilled(write, 20 + Math.random() * 200, kill * 100_000);
    await afterwards(async ({ table }) => {
      for (const [pair, last] of answered) {
        const [left, right] = await Promise.all(['left', 'right'].map(async name => {
          const { Item: item } = await table.send(
            new GetItemCommand({ TableName: TABLE, Key: key(`${pair}-${name}`), ConsistentRead: true }),
          );
          return item!;
        }));
        expect(left.n).toEqual(right.n);
        expect(Number(left.n.N)).toBeGreaterThanOrEqual(last);
        const { Items: listed } = await table.send(new QueryCommand({
          TableName: TABLE,
          IndexName: 'by_user',
          KeyConditionExpression: 'user_id = :u',
          ExpressionAttributeValues: { ':u': { S: `pair ${pair}` } },
        }));
        expect(listed).toEqual([left, right]);
      }
    });
  }
  expect(answered.size).toBe(PAIRS);
}, 120_000);

test('a repeated client token has no second effect, even after a kill', async () => {
  const add = new TransactWriteItemsCommand({
    ClientRequestToken: 'one-effect',
    TransactItems: [{
      Update: {
        TableName: TABLE,
        Key: key('a'),
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    }],
  });
  await untilKilled(async ({ table }) => { await table.send(add); }, 200, 0);
  await afterwards(async ({ table }) => {
    await table.send(add);
    const { Item: item } = await table.send(
      new GetItemCommand({ TableName: TABLE, Key: key('a'), ConsistentRead: true }),
    );
    expect(item!.n).toEqual({ N: '1' });
    await table.send(new UpdateItemCommand({ TableName: TABLE, Key: key('a'), UpdateExpression: 'REMOVE n' }));
  });
});

test('a kill keeps every acknowledged object whole, and leaves no loose file', async () => {
  const answered = new Map<string, string>();
  const write = async ({ storage }: Clients, n: number): Promise<void> => {
    await Promise.all(Array.from({ length: 4 }, async (_, i) => {
      const body = randomBytes(1 + Math.floor(Math.random() * 300_000));
      const isOverwrite = i === 0;
      const objectKey = isOverwrite ? 'overwritten' : `new/${n}/${i}`;
      await storage.send(new PutObjectCommand({ Bucket: BUCKET, Key: objectKey, Body: body }));
      if (!isOverwrite) answered.set(objectKey, `"${md5(body)}"`);
    }));
  };

  for (let kill = 1; kill <= KILLS; kill++) {
    await untilKilled(write, 20 + Math.random() * 200, kill * 1000);
    await afterwards(async ({ storage }) => {
      const { Contents: contents = [] } = await storage.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      for (const { Key: objectKey, ETag: etag, Size: size } of contents) {
        const { Body: body } = await storage.send(new GetObjectCommand({ Bucket: BUCKET, Key: objectKey }));
        const bytes = await body!.transformToByteArray();
        expect({ length: bytes.length, etag: `"${md5(bytes)}"` }).toEqual({ length: size, etag });
      }
      const stored = new Map(contents.map(({ Key: objectKey, ETag: etag }) => [objectKey!, etag]));
      expect([...answered].filter(([objectKey, etag]) => stored.get(objectKey) !== etag)).toEqual([]);
      expect(readdirSync(join(folder, 'storage', 'blobs'))).toHaveLength(contents.length);
    });
  }
  expect(answered.size).toBeGreaterThan(0);
}, 120_000);

test('a kill keeps every sent message and deletion, and keeps hidden messages hidden', async () => {
  const sent = new Set<string>();
  const deleted = new Set<string>();
  const received = new Set<string>();
  const QueueUrl = '/uploads';
  const write = async ({ queue }: Clients, n: number): Promise<void> => {
    await Promise.all([0, 1, 2, 3].map(async i => {
      await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: `${n}-${i}` }));
      sent.add(`${n}-${i}`);
    }));
    const { Messages: [taken] = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }),
    );
    received.add(taken.Body!);
    if (n % 2 === 0) return;
    await queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: taken.ReceiptHandle }));
    deleted.add(taken.Body!);
  };

  for (let kill = 1; kill <= KILLS; kill++) await untilKilled(write, 20 + Math.random() * 200, kill * 100_000);
  await afterwards(async ({ queue }) => {
    const left = new Set<string>();
    for (;;) {
      const { Messages: messages = [] } = await queue.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (messages.length === 0) break;
      for (const { Body } of messages) left.add(Body!);
    }
    expect([...left].filter(body => received.has(body))).toEqual([]);
    // A message may still be in progress if its receive or delete got no response.
    expect([...sent].filter(body => !left.has(body) && !received.has(body)).length).toBeLessThanOrEqual(KILLS);
  });
  expect(Math.min(sent.size, received.size, deleted.size)).toBeGreaterThan(0);
}, 120_000);

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
