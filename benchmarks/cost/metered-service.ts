import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, PutObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyResult, SQSBatchResponse } from 'aws-lambda';
import { buildBatch } from './batch';
import { type Call, computeWaitMs } from './calls';
import { Functions, type Invoked } from './functions';
import { meterDynamoDb, meterJson, meterS3 } from './meter';
import { startQueueEngine } from '../../local/engines/queue';
import { createStorage } from '../../local/engines/storage';
import { buildObjectCreatedEvent } from '../../local/engines/storage/event';
import { startTableEngine } from '../../local/engines/table';
import { buildHandlerEnvironment } from '../../local/functions/handlers';
import { LOCAL } from '../../local/names';
import { buildEmbeddedPlace, type Place, type Queues } from '../../local/place';
import { ensureTable } from '../../local/resources/table';
import { startDelivery } from '../../local/server/delivery';
import { createGateway } from '../../local/server/gateway';
import { createMatcher } from '../../local/server/resource-tree';
import { listResources, PREFIXES } from '../../src/contract';

/** One invocation of a function. */
export interface Invocation extends Omit<Invoked, 'result'> {
  readonly name: string;
  /** Milliseconds that the function would wait for AWS (`computeWaitMs`). */
  readonly waitMs: number;
}

export interface Recorded {
  readonly calls: readonly Call[];
  readonly invocations: readonly Invocation[];
  readonly apiRequests: number;
  /** Events that S3 sent for new originals. */
  readonly events: readonly string[];
}

export interface ServiceOptions {
  /** The function behind the API. */
  readonly api: string;
  readonly processing: boolean;
  readonly hasCdn: boolean;
  /** Whether the bucket policy demands single-use PUTs below `originals/`. Default: true. */
  readonly guardsOriginals?: boolean;
  /** Variables of the functions besides those of the local server. */
  readonly environment: Readonly<Record<string, string>>;
}

type Closer = () => Promise<void>;

/** The service's built functions on the embedded engines, with a meter before each engine. */
export class MeteredService {
  static async start(options: ServiceOptions): Promise<MeteredService> {
    const service = new MeteredService();
    try {
      await service.open(options);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  url = '';
  place!: Place;
  private functions!: Functions;
  private sqs!: SQSClient;
  private s3!: S3Client;
  private readonly closers: Closer[] = [];
  private calls: Call[] = [];
  private invocations: Invocation[] = [];
  private apiRequests = 0;
  private events: string[] = [];

  private constructor() {}

  /** Everything that happened while `work` ran. */
  async record<T>(work: () => Promise<T>): Promise<Recorded & { readonly result: T }> {
    [this.calls, this.invocations, this.apiRequests, this.events] = [[], [], 0, []];
    const result = await work();
    const { calls, invocations, apiRequests, events } = this;
    // Later calls outside a record belong to nobody.
    [this.calls, this.invocations, this.events] = [[], [], []];
    return { result, calls, invocations, apiRequests, events };
  }

  /** @returns the result of the function */
  async invoke(name: string, event: unknown, shown = name): Promise<unknown> {
    const from = this.calls.length;
    const { result, ...invoked } = await this.functions.invoke(name, event);
    this.invocations.push({ ...invoked, name: shown, waitMs: computeWaitMs(this.calls.slice(from)) });
    return result;
  }

  /** Sends a message as S3 and EventBridge do: they are billed to the owner of the queue as any sender. */
  async send(body: string, QueueUrl = this.place.queues!.queueUrl): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  }

  /** Receives one message for a function, as Lambda does with a batch of one, and deletes it. */
  async deliver(name: string, QueueUrl = this.place.queues!.queueUrl): Promise<void> {
    const { Messages: [message] = [] } = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageSystemAttributeNames: ['All'] }),
    );
    if (!message) throw new Error(`${name} must find a message, got: none in ${QueueUrl}`);
    const answer = await this.invoke(name, buildBatch(message)) as SQSBatchResponse;
    if (answer.batchItemFailures.length > 0) throw new Error(`${name} must take the message, got a failure: ${message.Body}`);
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  }

  async putObject(Key: string, Body: Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.place.bucket, Key, Body }));
  }

  async tagObject(Key: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const TagSet = Object.entries(tags).map(([key, Value]) => ({ Key: key, Value }));
    await this.s3.send(new PutObjectTaggingCommand({ Bucket: this.place.bucket, Key, Tagging: { TagSet } }));
  }

  async stop(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  private async open(
    { api, processing, hasCdn, guardsOriginals = true, environment }: ServiceOptions,
  ): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'image-service-cost-'));
    this.closers.push(async () => rm(directory, { recursive: true }));
    const note = (call: Call): void => void this.calls.push(call);
    const storage = await this.keep(meterS3(await this.openStorage(directory, guardsOriginals), note));
    const table = await this.keep(meterDynamoDb(await this.openTable(), note));
    const queues = await this.openQueues(directory, note);
    this.sqs = new SQSClient({
      endpoint: queues.endpoint,
      region: LOCAL.REGION,
      credentials: LOCAL.CREDENTIALS,
      useQueueUrlAsEndpoint: false,
    });
    this.closers.push(async () => this.sqs.destroy());
    this.s3 = new S3Client({
      endpoint: storage.endpoint,
      region: LOCAL.REGION,
      credentials: LOCAL.CREDENTIALS,
      forcePathStyle: true,
    });
    this.closers.push(async () => this.s3.destroy());
    this.place = buildEmbeddedPlace(storage.endpoint, table.endpoint, processing ? queues : undefined);
    this.url = await this.listen(createGateway(
      async event => {
        this.apiRequests++;
        return await this.invoke(api, event, 'api') as APIGatewayProxyResult;
      },
      createMatcher(listResources()),
    ));
    const delivery = hasCdn ? await this.openDelivery(directory, queues) : undefined;
    this.functions = await Functions.start({
      ...buildHandlerEnvironment(this.place, [], delivery),
      POWERTOOLS_METRICS_DISABLED: 'false',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    });
    this.closers.push(async () => this.functions.stop());
  }

  private async keep<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.closers.push(async () => opened.close());
    return opened;
  }

  private async openStorage(directory: string, guardsOriginals: boolean): Promise<string> {
    const storage = await this.keep(createStorage({
      directory: join(directory, 'storage'),
      bucket: LOCAL.BUCKET,
      credentials: LOCAL.CREDENTIALS,
      region: LOCAL.REGION,
      conditionalPrefix: guardsOriginals ? PREFIXES.ORIGINALS : undefined,
      maxSignatureAgeMs: 300_000,
    }));
    storage.onObjectCreated(object => {
      if (object.key.startsWith(PREFIXES.ORIGINALS)) this.events.push(buildObjectCreatedEvent(object, LOCAL.REGION));
    });
    return this.listen(storage.handler);
  }

  private async openTable(): Promise<string> {
    const { endpoint } = await this.keep(startTableEngine());
    const client = new DynamoDBClient({ endpoint, region: LOCAL.REGION, credentials: LOCAL.CREDENTIALS });
    await ensureTable(client, LOCAL.TABLE);
    client.destroy();
    return endpoint;
  }

  private async openQueues(directory: string, note: (call: Call) => void): Promise<Queues> {
    const queues = await this.keep(startQueueEngine({
      path: join(directory, 'queue'),
      region: LOCAL.REGION,
      queue: LOCAL.QUEUE,
      deadLetterQueue: `${LOCAL.QUEUE}${LOCAL.DEAD_LETTERS}`,
      invalidationQueue: `${LOCAL.QUEUE}${LOCAL.INVALIDATIONS}`,
      visibilityMs: 90_000,
      maxReceives: 5,
    }));
    const { endpoint } = await this.keep(meterJson(queues.endpoint, 'sqs', note));
    return { ...queues, endpoint };
  }

  /** The key of signed URLs and the API of CloudFront; the CDN itself is not needed. */
  private async openDelivery(directory: string, queues: Queues): Promise<Readonly<Record<string, string>>> {
    const { environment } = await startDelivery({
      mode: 'signed',
      url: this.url,
      place: { ...this.place, queues },
      signingKeyFile: join(directory, 'signing-key.json'),
      corsOrigins: [],
      onClose: closer => this.closers.push(closer),
    });
    return environment;
  }

  private async listen(handle: RequestListener): Promise<string> {
    const server = createServer({ keepAliveTimeout: 600_000 }, handle);
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    this.closers.push(async () => new Promise(resolve => { server.close(() => resolve()).closeAllConnections(); }));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
