import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { startTableEngine } from '../local/engines/table';
import { ensureTable } from '../local/resources/table';
import type { ImageRecord } from '../src/contract';
import { ROOT } from './support/bundles';
import { FUNCTION_ENV, type Handler } from './support/create-request';
import { type Benchmark, type Figure, buildFigure } from './support/figures';
import { type CapacityMeter, startCapacityMeter } from './support/list/capacity-meter';
import { seed } from './support/list/seed';
import { computeQuantile } from './support/rounds';
import { audit } from '../test/audit/auditor';
import type { Walk } from '../test/audit/walk-rules';

const IMAGES = 100_000;
const USER = 'alice';
/** All images have one tag, and every second image has another. */
const TAGS = ['trip', 'holiday'] as const;
/** All images are shared with this user. */
const VIEWER = 'bob';
const PAGE = 100;
/** Positions of the measured pages in the user's images: one at the front, one far behind. */
const NEAR = 100;
const FAR = 99_000;

interface Page {
  readonly ids: readonly string[];
  readonly next?: string;
  readonly units: number;
  readonly ms: number;
}

interface Listing {
  readonly images: { image_id: string }[];
  readonly next_cursor: string | null;
}

/** A list that is walked, and the images that it must show. */
interface List {
  readonly name: string;
  readonly query: Record<string, string>;
  readonly images: readonly ImageRecord[];
  /** The list as the auditor knows it. */
  readonly question: Omit<Walk, 'pages' | 'descending'>;
}

function planLists(images: readonly ImageRecord[]): List[] {
  return [
    { name: 'all', query: {}, images, question: { owner: USER } },
    ...TAGS.map(tag => ({
      name: `tag=${tag}`,
      query: { tag },
      images: images.filter(image => image.tags?.includes(tag)),
      question: { owner: USER, tags: [tag] },
    })),
    { name: 'shared=true', query: { shared: 'true' }, images, question: { owner: VIEWER, sharedWith: `user:${VIEWER}` } },
  ];
}

function listEvent(user: string, query: Record<string, string>): APIGatewayProxyEvent {
  return {
    resource: '/images',
    path: '/images',
    httpMethod: 'GET',
    pathParameters: null,
    multiValueHeaders: { 'x-user-id': [user] },
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'list' },
  } as unknown as APIGatewayProxyEvent;
}

/** All pages of a list, newest first. */
async function walk(handler: Handler, meter: CapacityMeter, { query, question }: List): Promise<Page[]> {
  const pages: Page[] = [];
  for (let next: string | undefined = ''; next !== undefined && pages.length <= IMAGES / PAGE;) {
    const event = listEvent(
      question.owner, { ...query, limit: String(PAGE), ...(next === '' ? {} : { cursor: next }) },
    );
    const started = performance.now();
    const { result, units } = await meter.measure(() => handler(event, {} as Context));
    const ms = performance.now() - started;
    if (result.statusCode !== 200) throw new Error(`a page must answer 200, got: ${result.statusCode} ${result.body}`);
    const { images, next_cursor } = JSON.parse(result.body) as Listing;
    next = next_cursor ?? undefined;
    pages.push({ ids: images.map(image => image.image_id), next, units, ms });
  }
  return pages;
}

function isExact(pages: readonly Page[], images: readonly ImageRecord[]): boolean {
  const seen = pages.flatMap(page => page.ids);
  return seen.length === images.length && seen.every((id, i) => id === images[i].image_id);
}

/** Where a filter hides a fraction of the images, the page at image 99 000 comes sooner. */
function computeFigures({ name, images }: List, pages: readonly Page[]): Figure[] {
  const share = images.length / IMAGES;
  const getPage = (image: number) => pages[Math.floor(image * share / PAGE)];
  const [near, far] = [getPage(NEAR / share), getPage(FAR)];
  const times = pages.map(page => page.ms);
  return [
    {
      name: `${name}: walk of ${images.length} images`,
      value: isExact(pages, images) ? 'exact' : 'differs',
      goal: 'exact',
      pass: isExact(pages, images),
    },
    buildFigure(`${name}: read units of the page at image ${NEAR}`, String(near.units)),
    {
      name: `${name}: read units of the page at image ${FAR}`,
      value: String(far.units),
      goal: `= ${near.units}`,
      pass: far.units === near.units && far.units > 0,
    },
    buildFigure(
      `${name}: ms per page of ${PAGE}, p50 / p99`,
      `${computeQuantile(times, 0.5).toFixed(1)} / ${computeQuantile(times, 0.99).toFixed(1)}`,
    ),
  ];
}

/**
 * Audits the seeded images, as stored, and the walks by the auditor's rules. The seed uploads no bytes: the records
 * define the objects.
 */
async function buildAuditFigure(
  dynamoDb: DynamoDBClient, images: readonly ImageRecord[], walks: readonly Walk[],
): Promise<Figure> {
  const client = DynamoDBDocumentClient.from(dynamoDb);
  const findings = await audit({
    rows: async function* () {
      for await (const { Items = [] } of paginateScan({ client }, { TableName: FUNCTION_ENV.TABLE_NAME })) yield* Items;
    },
    objects: async function* () {
      for (const { object_key, size, etag = '' } of images) {
        yield { key: object_key, size, etag: etag.replaceAll('"', '') };
      }
    },
  }, { walks });
  return {
    name: `auditor's findings over rows and ${walks.length} walks`,
    value: String(findings.length),
    goal: '0',
    pass: findings.length === 0,
  };
}

async function measure(endpoint: string): Promise<Figure[]> {
  const tableName = FUNCTION_ENV.TABLE_NAME;
  const client = new DynamoDBClient({ endpoint });
  await ensureTable(client, tableName);
  const images = (await seed(client, tableName, {
    user: USER,
    count: IMAGES,
    tagsOf: n => n % 2 === 0
      ? [...TAGS]
      : [TAGS[0]],
    sharedWith: [`user:${VIEWER}`],
  })).reverse();
  const meter = await startCapacityMeter(endpoint);
  try {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = meter.endpoint;
    const { handler } = await import(join(ROOT, 'assets', 'api', 'index.js')) as { handler: Handler };
    const [figures, walks]: [Figure[], Walk[]] = [[], []];
    for (const list of planLists(images)) {
      const pages = await walk(handler, meter, list);
      figures.push(...computeFigures(list, pages));
      walks.push({ ...list.question, descending: true, pages: pages.map(page => page.ids) });
    }
    return [...figures, await buildAuditFigure(client, images, walks)];
  } finally {
    client.destroy();
    await meter.close();
  }
}

async function run(): Promise<Figure[]> {
  Object.assign(process.env, FUNCTION_ENV);
  const engine = await startTableEngine();
  try {
    return await measure(engine.endpoint);
  } finally {
    await engine.close();
  }
}

export const benchmark: Benchmark = {
  about: '100 000 images of one user, all shared: walks are exact, and a page costs the same anywhere',
  needs: ['handlers'],
  run,
};
