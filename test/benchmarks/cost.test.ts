import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Call, classifyS3, computeWaitMs } from '../../benchmarks/cost/calls';
import { Costs } from '../../benchmarks/cost/costs';
import {
  computeIndexUnits, computeItemBytes, computeReadUnits, computeTableUnits, type Item,
} from '../../benchmarks/cost/dynamo-units';
import { describeFigures } from '../../benchmarks/cost/figures';
import { computeRest, takeInventory } from '../../benchmarks/cost/inventory';
import type { Measured } from '../../benchmarks/cost/measure';
import type { Answer } from '../../benchmarks/cost/measure-process';
import { computeBilledMs, computeTracedShare, convertTally } from '../../benchmarks/cost/model';
import { computeDollars, PRICES } from '../../benchmarks/cost/prices';
import { takeInventories } from '../../benchmarks/cost/take-basis';
import { mergeRounds, pickCounts, type Tally } from '../../benchmarks/cost/tally';
import { PAGE, readMeasured, renderPage } from '../../benchmarks/cost/write-document';
import { listPhotos } from '../../benchmarks/support/pictures/photos';
import { REQUIREMENTS, testIfMet } from '../support/requirements';

const COMPUTE = { memory: { api: 512, worker: 1769 }, architecture: 'lambdaArm', hasAccessLogs: true } as const;

function createTally(changes: Partial<Tally> = {}): Tally {
  return {
    apiRequests: 0, s3Writes: 0, s3Reads: 0, writeUnits: 0, readUnits: 0, sqsRequests: 0, invocations: [], ...changes,
  };
}

function createCall(changes: Partial<Call>): Call {
  return { kind: 'dynamoDb', operation: 'GetItem', start: 0, end: 1, bytes: 0, writeUnits: 0, readUnits: 0, ...changes };
}

describe('the sums', () => {
  // By hand: 2 × 3.50 + 5 × 5 + 3 × 0.40 + 10 × 0.625 + 4 × 0.125 + 3 × 0.20 dollars for a million.
  const upload = createTally({
    apiRequests: 2,
    s3Writes: 5,
    s3Reads: 3,
    writeUnits: 10,
    readUnits: 4,
    sqsRequests: 3,
    invocations: [
      { name: 'api', cpuMs: 0, waitMs: 0, logBytes: 0, logEvents: 0 },
      { name: 'api', cpuMs: 0, waitMs: 0, logBytes: 0, logEvents: 0 },
      { name: 'worker', cpuMs: 400, waitMs: 100, logBytes: 500, logEvents: 2 },
    ],
  });

  test('add requests, units and compute as computed by hand', () => {
    const usage = convertTally(upload, COMPUTE);
    // 500 ms of 1769 MB.
    expect(usage.lambdaArm).toBeCloseTo(0.5 * 1769 / 1024, 10);
    const requests = 7 + 25 + 1.2 + 1.2 + 6.25 + 0.5 + 0.6;
    const compute = 0.5 * 1769 / 1024 * 13.3334;
    // Two access lines, three calls with three lines each of Lambda, and two lines of the worker.
    const logs = (2 * (480 + 26) + 3 * 420 + 500 + (3 * 3 + 2) * 26) / 1e9 * 0.5 * 1e6;
    expect(1e6 * computeDollars(usage)).toBeCloseTo(requests + compute + logs, 6);
  });

  test('bill CPU by the share of a vCPU, at most one, and waiting as it is', () => {
    expect(computeBilledMs(100, 20, 1769)).toBe(120);
    expect(computeBilledMs(100, 20, 3538)).toBe(120);
    expect(computeBilledMs(100, 20, 512)).toBe(Math.ceil(100 * 1769 / 512 + 20));
  });

  test('need the memory of each function', () => {
    expect(() => convertTally(upload, { ...COMPUTE, memory: { api: 512 } })).toThrow('got none for: worker');
  });

  test('trace each request of a quiet service, and one in twenty of a busy one', () => {
    expect(computeTracedShare(0)).toBe(1);
    expect(computeTracedShare(1000)).toBeGreaterThan(0.999);
    expect(computeTracedShare(1e12)).toBeCloseTo(0.05, 5);
    // One a second: 1 − 1/e are the first of their second.
    expect(computeTracedShare(730 * 3600)).toBeCloseTo(0.632 + 0.05 * 0.368, 3);
  });

  test('count calls that are in flight together as the longest of them', () => {
    const calls = [
      createCall({ start: 0, end: 10 }),
      createCall({ kind: 's3Write', start: 20, end: 30 }),
      createCall({ kind: 's3Write', start: 22, end: 40, bytes: 750_000 }),
      createCall({ start: 50, end: 60 }),
    ];
    expect(computeWaitMs(calls)).toBeCloseTo(5 + (20 + 10) + 5, 10);
  });

  test('refuse rounds with different calls, and take the median of CPU', () => {
    const worker = (cpuMs: number) => ({ name: 'worker', cpuMs, waitMs: 0, logBytes: 0, logEvents: 0 });
    const rounds = [300, 100, 200].map(cpuMs => createTally({ s3Writes: 1, invocations: [worker(cpuMs)] }));
    expect(mergeRounds(rounds).invocations[0].cpuMs).toBe(200);
    expect(() => mergeRounds([rounds[0], { ...rounds[1], s3Writes: 2 }])).toThrow('each round must make the same calls');
  });

  test('every price has a page of AWS', () => {
    for (const { page, usd, per } of Object.values(PRICES)) {
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[\w/-]+\/$/);
      expect(usd / per).toBeGreaterThan(0);
    }
  });
});

describe('units of DynamoDB', () => {
  const text = (length: number) => ({ S: 'x'.repeat(length) });
  const image = (changes: Item = {}): Item => ({ image_id: { S: 'i' }, ...changes });
  const listed = { user_id: { S: 'u' }, created_at: { S: 't' } };
  const due = { sweep: { N: '1' }, due_at: { N: '1700000000000' } };

  test('measure items by the published rules', () => {
    expect(computeItemBytes({ a: text(3), bb: { N: '12345' }, c: { BOOL: true } })).toBe(4 + (2 + 4) + 2);
    expect(computeItemBytes({ m: { M: { k: text(2) } }, l: { L: [text(1)] } })).toBe((1 + 3 + 1 + 3) + (1 + 3 + 1 + 1));
  });

  test('round reads up to 4 KB, and halve those that may be stale', () => {
    expect([0, 4096, 4097].map(bytes => computeReadUnits(bytes, true))).toEqual([1, 1, 2]);
    expect(computeReadUnits(4097, false)).toBe(1);
  });

  test('count the larger of the item before and after, at least one unit', () => {
    expect(computeTableUnits(undefined, undefined)).toBe(1);
    expect(computeTableUnits(image({ a: text(2000) }), image())).toBe(2);
  });

  test.each<[string, Item | undefined, Item | undefined, number]>([
    ['an item outside both indexes', undefined, image(), 0],
    ['a put into one', undefined, image(listed), 1],
    ['a put into both', undefined, image({ ...listed, ...due }), 2],
    ['a changed attribute, which only one index holds', image({ ...listed, ...due }), image({ ...listed, ...due, a: text(1) }), 1],
    ['a changed key', image(due), image({ ...due, due_at: { N: '1' } }), 2],
    ['a removed key', image(due), image(), 1],
    ['no change', image({ ...listed, ...due }), image({ ...listed, ...due }), 0],
    ['an entry above 1 KB', undefined, image({ ...listed, a: text(1500) }), 2],
  ])('count writes of the indexes: %s', (_, before, after, units) => {
    expect(computeIndexUnits(before, after)).toBe(units);
  });
});

test.each([
  ['PUT', '/b/k', 's3Write'], ['GET', '/b?list-type=2', 's3Write'], ['PUT', '/b/k?tagging', 's3Write'], ['GET', '/b/k', 's3Read'],
  ['HEAD', '/b/k?x=1', 's3Read'], ['DELETE', '/b/k', 's3Delete'], ['POST', '/b?delete', 's3Delete'],
])('prices %s %s of S3 as %s', (method, url, kind) => {
  expect(classifyS3(method, url).kind).toBe(kind);
});

describe('a service at rest', () => {
  test('is polled, swept and kept as computed by hand', () => {
    const inventory = {
      ...takeInventory(),
      secrets: 2,
      alarmMetrics: 30,
      compositeAlarms: 1,
      dashboards: 1,
      standardSources: 2,
      fifoSources: 1,
      sweeperRunsPerMonth: 8760,
      isTraced: false,
    };
    const polls = 5 * 730 * 180;
    const usage = computeRest(inventory, { readUnit: 6, lambdaRequest: 1 });
    expect(computeDollars(usage)).toBeCloseTo(
      0.8 + 3 + 0.5 + 3 + 0.9 + (2 * polls * 0.4 + polls * 0.5 + 8760 * (6 * 0.125 + 0.2)) / 1e6, 8,
    );
  });

  test('is read from the template', () => {
    expect(takeInventory()).toMatchObject({
      memory: { api: 512, worker: 1769, transform: 1769, sweeper: 1769, invalidator: 512 },
      secrets: 1,
      standardSources: 2,
      fifoSources: 1,
      sweeperRunsPerMonth: 8760,
      edgeFunctions: 2,
    });
  });
});

describe('docs/costs.md', () => {
  const basis = { measured: readMeasured(), inventories: takeInventories() };
  const page = readFileSync(PAGE, 'utf8');

  test('holds the tables of the stored measurements and the present template', () => {
    // After a change of a price or of the template, `npx tsx benchmarks/cost/render.ts` writes them.
    expect(page).toBe(renderPage(page, new Costs(basis)));
  });

  test('holds the ratios and totals that the benchmark prints', () => {
    const figures = describeFigures(new Costs(basis));
    const shown = (name: string): string => figures.find(figure => figure.name.includes(name))!.value;
    for (const name of ['P14: default props', 'P14: variants on demand']) expect(page).toContain(shown(name));
    for (const name of ['uploads, default props', 'uploads, naive peer']) expect(page).toContain(shown(name).split(':')[0]);
  });

  test('fails for an unknown or a missing table', () => {
    expect(() => renderPage('<!-- table: none -->\n<!-- end -->', new Costs(basis))).toThrow('got: none');
    expect(() => renderPage('', new Costs(basis))).toThrow('must have the tables uploads');
  });
});

describe('the measured calls', () => {
  let measured: Measured;
  let workerCpuMs: number | undefined;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-service-cost-'));
    const photo = join(folder, 'photo.jpg');
    const pixels = sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#407080' } });
    writeFileSync(photo, await pixels.jpeg().toBuffer());
    const real = REQUIREMENTS.corpus.isMet ? listPhotos().slice(0, 1) : [];
    const child = fork(join(__dirname, '../../benchmarks/cost/measure-process.ts'), [photo, ...real], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]) => { throw new Error(`the measurement ended with code ${code}`); });
    const [answer] = await Promise.race([once(child, 'message'), ended]) as [Answer];
    ({ measured, workerCpuMs } = answer);
    rmSync(folder, { recursive: true });
  }, 300_000);

  /** A list page of one image is smaller than the measured one of 50. */
  const names = (Object.keys(readMeasured().steps) as (keyof Measured['steps'])[]).filter(name => name !== 'list');

  test.each(names)('are those of docs/costs.md: %s', name => {
    expect(pickCounts(measured.steps[name])).toEqual(pickCounts(readMeasured().steps[name]));
  });

  test('write as many log lines as those of docs/costs.md', () => {
    const log = (one: Measured) => one.steps.upload.invocations.map(({ logEvents }) => logEvents);
    expect(log(measured)).toEqual(log(readMeasured()));
  });

  testIfMet(REQUIREMENTS.corpus)('take CPU as on that page, within a factor of three', () => {
    const { name, cpuMs } = readMeasured().steps.upload.invocations.at(-1)!;
    expect(name).toBe('worker');
    expect(workerCpuMs! / cpuMs).toBeGreaterThan(1 / 3);
    expect(workerCpuMs! / cpuMs).toBeLessThan(3);
  });
});
