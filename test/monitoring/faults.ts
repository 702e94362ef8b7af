import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { readPowertools, type TemplateJson } from './template-alarms';
import { computeUserSegment } from '../../lambda/domain/caller';
import { LOCAL } from '../../local/names';
import { buildOriginalKey, IMAGE_LIMITS, type ImageRecord, MAX_TRIES, QUEUE, WORKER_ENV } from '../../src/contract';
import { Bucket } from '../lambda/clamav/support/bucket';
import { database } from '../lambda/clamav/support/database';
import { HandlerProcess, metricsIn } from '../lambda/clamav/support/handler-process';
import { startServices } from '../lambda/runtime-interface/services';

/** Faults, and the work of a healthy service. Each gives the metric lines that a handler writes meanwhile. */
export type Scene =
  'accepted' | 'rejected' | 'resource limit' | 'failed' | 'infected' | 'postponed' | 'orphan' | 'swept' | 'overdue'
  | 'sweep failed' | 'foreign key' | 'invalidations refused' | 'old definitions' | 'new definitions' | 'unreadable key';

export type Lines = Readonly<Record<Scene, readonly string[]>>;

const NOWHERE = 'http://127.0.0.1:9';
const HOUR = 3_600_000;

/** Definitions of this age are too old for the alarm, but not yet for the scanner. Hours. */
export const OLD_DEFINITIONS_HOURS = 60;

type Services = Awaited<ReturnType<typeof startServices>>;
type Environment = Readonly<Record<string, string>>;

type Use = (name: string, idPart: string, extra?: Environment) => Promise<Recorder>;
type Recording = (services: Services, use: Use, template: TemplateJson) => Promise<Partial<Lines>>;

/** The sweeper is first, while nothing is due. */
const HANDLERS = {
  sweeper: recordSweeper,
  worker: recordWorker,
  invalidator: recordInvalidator,
  refresh: recordRefresh,
  api: recordApi,
} satisfies Record<string, Recording>;

/**
 * Runs the built handlers under each fault, on the embedded engines. Their names in metrics come from the template, as
 * in a deployment.
 */
export async function recordScenes(
  template: TemplateJson, handlers = Object.keys(HANDLERS) as (keyof typeof HANDLERS)[],
): Promise<Partial<Lines>> {
  const services = await startServices();
  const use: Use = async (name, idPart, extra = {}) => Recorder.open(name, {
    ...services.env, POWERTOOLS_METRICS_DISABLED: 'false', ...readPowertools(template, idPart), ...extra,
  });
  const lines: Partial<Lines> = {};
  try {
    for (const name of handlers) {
      const record: Recording = HANDLERS[name];
      Object.assign(lines, await record(services, use, template));
    }
    return lines;
  } finally {
    await services.close();
  }
}

/** A handler in its own process, and the metric lines of each invocation. */
class Recorder {
  static async open(name: string, env: Environment): Promise<Recorder> {
    return new Recorder(await HandlerProcess.open(name, env));
  }

  private read = 0;

  private constructor(private readonly handler: HandlerProcess) {}

  /** Every invocation here writes one metric line. It arrives by another pipe than the answer. */
  async record(event: unknown, remainingMs?: number): Promise<string[]> {
    await this.handler.invoke(event, remainingMs).catch(() => undefined);
    for (let waits = 0; metricsIn(this.handler.log).length === this.read; waits++) {
      if (waits > 200) throw new Error(`the handler must write a metric, got: ${this.handler.log.slice(-2000)}`);
      await sleep(50);
    }
    const lines = this.handler.log.split('\n').filter(line => line.includes('"_aws"')).slice(this.read);
    this.read += lines.length;
    return lines;
  }

  close(): void {
    this.handler.close();
  }
}

/** Stores an image of alice that waits for a worker. */
async function storeImage(
  { service: { objects, rows } }: Services, id: string, bytes: Buffer, more: Partial<ImageRecord> = {},
): Promise<ImageRecord> {
  const object_key = buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, '6e');
  await objects.put(object_key, bytes, 'image/png');
  const updated_at = new Date().toISOString();
  const row: ImageRecord = {
    image_id: id,
    owner: 'alice',
    user_id: 'alice',
    created_at: `${updated_at}#${id}`,
    updated_at,
    status: 'processing',
    version: 2,
    object_key,
    url_until: 0,
    content_type: 'image/png',
    size: bytes.length,
    etag: (await objects.find(object_key))!.etag,
    ...more,
  };
  await rows.write([{ put: row, guard: 'absent' }]);
  return row;
}

const WORKER = ['worker', 'WorkerHandler'] as const;

async function recordWorker(services: Services, use: Use) {
  const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#996633' } }).png().toBuffer();
  const put: Put = async (id, { bytes = png, ...more } = {}) =>
    sqsEvent({ object_key: (await storeImage(services, id, bytes, more)).object_key });
  const once = async (event: object, extra?: Environment) => {
    const worker = await use(...WORKER, extra);
    const lines = await worker.record(event);
    worker.close();
    return lines;
  };
  const worker = await use(...WORKER);
  const accepted = await worker.record(await put('01ACCEPTED'));
  const rejected = await worker.record(await put('01REJECTED', { bytes: Buffer.from('no image') }));
  const orphan = await worker.record(sqsEvent({
    Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: LOCAL.BUCKET }, object: { key: 'originals/strange.png' } } }],
  }));
  worker.close();
  const tooCostly = JSON.stringify({ ...IMAGE_LIMITS, decodeSeconds: 1e-6 });
  return {
    accepted,
    rejected,
    orphan,
    'resource limit': await once(await put('01LIMIT'), { [WORKER_ENV.IMAGE_LIMITS]: tooCostly }),
    'failed': await once(
      withReceives(await put('01FAILED', { tries: MAX_TRIES - 1 }), QUEUE.MAX_RECEIVES),
      { AWS_ENDPOINT_URL_S3: NOWHERE },
    ),
    ...await recordScanner(put, use),
  };
}

type Put = (id: string, more?: Partial<ImageRecord> & { readonly bytes?: Buffer }) => Promise<Batch>;

async function recordScanner(put: Put, use: Use) {
  let result = 'THREATS_FOUND';
  const scanner = await startFake((_request, response) => response.end(JSON.stringify({ result })));
  const worker = await use(...WORKER, {
    [WORKER_ENV.SCANNER]: 'clamav', [WORKER_ENV.SCANNER_FUNCTION]: 'scan', AWS_ENDPOINT_URL_LAMBDA: scanner.url,
  });
  const infected = await worker.record(asRemake(await put('01INFECTED', { status: 'ready', attempt: 1 })));
  result = 'unavailable';
  const postponed = await worker.record(await put('01POSTPONED'));
  worker.close();
  scanner.close();
  return { infected, postponed };
}

const SWEEPER = ['sweeper', 'SweeperHandler'] as const;

async function recordSweeper(services: Services, use: Use) {
  const makeDue = async (id: string, more: Partial<ImageRecord> = {}) =>
    storeImage(services, id, Buffer.from('x'), { sweep: 0, due_at: Date.now() - 2 * HOUR, ...more });
  const sweeper = await use(...SWEEPER);
  const swept = await sweeper.record({});
  await makeDue('01OVERDUE');
  const overdue = await sweeper.record({});
  await makeDue('01FOREIGN', { object_key: `originals/_/${'0'.repeat(26)}/01OTHER/6e` });
  const foreign = await sweeper.record({});
  sweeper.close();
  await makeDue('01UNSWEPT');
  const broken = await use(...SWEEPER, { AWS_ENDPOINT_URL_SQS: NOWHERE });
  const failed = await broken.record({});
  broken.close();
  return { swept, overdue, 'foreign key': foreign, 'sweep failed': failed };
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html#API_CreateInvalidation_Errors */
async function recordInvalidator(_services: Services, use: Use) {
  const error = '<Error><Type>Sender</Type><Code>TooManyInvalidationsInProgress</Code><Message>too many</Message></Error>';
  const cloudFront = await startFake((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`);
  });
  const invalidator = await use('invalidator', 'InvalidationsHandler', { AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url });
  const id = '01JDB2W8000000000000000000';
  const asked = { image_id: id, object_key: `originals/_/${'0'.repeat(26)}/${id}/6e` };
  const refused = await invalidator.record(sqsEvent(asked), 21_000);
  invalidator.close();
  cloudFront.close();
  return { 'invalidations refused': refused };
}

/** The mirror cannot be asked, since there is no freshclam. The definitions stay as they are. */
async function recordRefresh(_services: Services, _use: Use, template: TemplateJson) {
  const recordAge = async (hours: number) => {
    const bucket = await Bucket.open();
    const builtAt = Date.now() - hours * HOUR;
    await bucket.put('seed/daily.cvd', database('daily', { version: 7, builtAt }));
    await bucket.put('seed/main.cvd', database('main', { version: 62, builtAt }));
    const refresh = await Recorder.open('refresh', {
      ...bucket.environment, ...readPowertools(template, 'Refresh'), PATH: '/nowhere',
    });
    const lines = await refresh.record({});
    refresh.close();
    await bucket.close();
    return lines;
  };
  return { 'old definitions': await recordAge(OLD_DEFINITIONS_HOURS), 'new definitions': await recordAge(1) };
}

async function recordApi(services: Services, use: Use) {
  const id = '01JDB2W8000000000000000001';
  const variants: ImageRecord['variants'] = [
    { name: 'thumb', format: 'webp', width: 32, height: 24, size: 100, settings: 's' } as never,
  ];
  await storeImage(services, id, Buffer.from('x'), { status: 'ready', attempt: 1, variants });
  const api = await use('api', 'ApiFunctionHandler', { AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE });
  const lines = await api.record({
    resource: '/images/{image_id}',
    path: `/images/${id}`,
    httpMethod: 'GET',
    headers: {},
    multiValueHeaders: { 'x-user-id': ['alice'] },
    multiValueQueryStringParameters: null,
    pathParameters: { image_id: id },
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'r-1', path: '/images', identity: {} },
  });
  api.close();
  return { 'unreadable key': lines };
}

interface Message { readonly body: string; readonly attributes: Record<string, string> }
interface Batch { readonly Records: readonly Message[] }

function sqsEvent(body: object): Batch {
  return {
    Records: [{
      messageId: 'm-1',
      receiptHandle: 'r-1',
      body: JSON.stringify(body),
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${LOCAL.QUEUE}`,
      awsRegion: 'us-east-1',
    } as Message],
  };
}

function withReceives({ Records: [message] }: Batch, count: number): Batch {
  return { Records: [{ ...message, attributes: { ApproximateReceiveCount: String(count) } }] };
}

function asRemake({ Records: [message] }: Batch): Batch {
  return { Records: [{ ...message, body: JSON.stringify({ ...JSON.parse(message.body), remake: 'missing' }) }] };
}

async function startFake(answer: RequestListener): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(answer);
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  };
}
