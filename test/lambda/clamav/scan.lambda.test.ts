import { readFileSync } from 'node:fs';
import { Bucket } from './support/bucket';
import { database, EICAR } from './support/database';
import { HandlerProcess, metricsIn } from './support/handler-process';
import { placements } from './support/placements';
import { CLAMAV_ENV, type ScanAnswer, SCAN_TAGS } from '../../../src/contract';
import { describeIfMet, REQUIREMENTS } from '../../support/requirements';

const KEY = 'originals/_/alice/id/nonce';
const HOUR_MS = 3_600_000;
const CLEAN = Buffer.from('nothing in it');
const OTHER = Buffer.from('0123456789abcdef');

const main = () => database('main', { pattern: OTHER });

jest.setTimeout(120_000);

describeIfMet(REQUIREMENTS.clamd)('the function that scans', () => {
  let bucket: Bucket;
  const handlers: HandlerProcess[] = [];

  beforeEach(async () => { bucket = await Bucket.open(); });
  afterEach(async () => {
    handlers.splice(0).forEach(handler => handler.close());
    await bucket.close();
  });

  const open = async (env: Record<string, string> = {}): Promise<HandlerProcess> => {
    const handler = await HandlerProcess.open('scan', { ...bucket.environment, ...env });
    handlers.push(handler);
    return handler;
  };
  const define = async () => bucket.define({ 'daily.cud': database('daily'), 'main.cud': main() });
  const scan = async (handler: HandlerProcess, etag: string, remainingMs?: number): Promise<string> =>
    (await handler.invoke<ScanAnswer>({ object_key: KEY, etag }, remainingMs)).result;
  const tag = async () => (await bucket.tags(KEY))[SCAN_TAGS.clamav];

  test('calls an original clean, or not, and writes that on it', async () => {
    await define();
    const handler = await open();
    expect(await scan(handler, await bucket.put(KEY, CLEAN))).toBe('NO_THREATS_FOUND');
    expect(await bucket.tags(KEY)).toEqual({ [SCAN_TAGS.clamav]: 'NO_THREATS_FOUND' });
    for (const [where, bytes] of Object.entries(await placements(EICAR))) {
      expect([where, await scan(handler, await bucket.put(KEY, bytes)), await tag()]).toEqual([
        where, 'THREATS_FOUND', 'THREATS_FOUND',
      ]);
    }
    expect(await scan(handler, await bucket.put(KEY, Buffer.concat([CLEAN, OTHER])))).toBe('THREATS_FOUND');
  });

  test('scans no other version than the one that was confirmed, and tags none', async () => {
    await define();
    const handler = await open();
    const etag = await bucket.put(KEY, CLEAN);
    await bucket.put(KEY, EICAR);
    expect([await scan(handler, etag), await tag()]).toEqual(['gone', undefined]);
    await bucket.delete(KEY);
    expect(await scan(handler, etag)).toBe('gone');
    await expect(handler.invoke({ object_key: KEY })).rejects.toThrow('object_key and etag must be given');
  });

  test('calls nothing clean that is larger than uploads are', async () => {
    await define();
    const handler = await open({ [CLAMAV_ENV.MAX_SIZE]: '1000' });
    expect(await scan(handler, await bucket.put(KEY, Buffer.alloc(1000)))).toBe('NO_THREATS_FOUND');
    expect([await scan(handler, await bucket.put(KEY, Buffer.alloc(1001))), await tag()]).toEqual([
      'UNSUPPORTED', undefined,
    ]);
  });

  test.each([
    ['no definitions', {}, 'the bucket must have virus definitions, got: none'],
    ['no daily', { 'main.cud': main() }, 'the definitions must include daily.cvd or daily.cld'],
    ['no main', { 'daily.cud': database('daily') }, 'the definitions must include main.cvd or main.cld'],
    [
      'an old daily', { 'daily.cud': database('daily', { builtAt: Date.now() - 49 * HOUR_MS }), 'main.cud': main() },
      'must be newer than 48 hours',
    ],
    [
      'a daily of next week',
      { 'daily.cud': database('daily', { builtAt: Date.now() + 168 * HOUR_MS }), 'main.cud': main() },
      'must not be in the future',
    ],
    [
      'a daily without a header', { 'daily.cud': Buffer.alloc(600, 'x'), 'main.cud': main() },
      'must begin with the header',
    ],
    [
      'a daily that clamd refuses', { 'daily.cud': database('daily').subarray(0, 600), 'main.cud': main() },
      'clamd ended with code 1',
    ],
  ])('with %s it is unavailable, and goes on once there are good ones', async (_what, files, reason) => {
    if (Object.keys(files).length > 0) await bucket.define(files as Record<string, Buffer>);
    const handler = await open();
    const etag = await bucket.put(KEY, CLEAN);
    expect([await scan(handler, etag), await tag()]).toEqual(['unavailable', undefined]);
    expect(handler.log).toContain(reason);
    await define();
    const another = await open();
    expect([await scan(another, etag), await tag()]).toEqual(['NO_THREATS_FOUND', 'NO_THREATS_FOUND']);
  });

  test('reports how old its definitions are', async () => {
    await bucket.define({ 'daily.cud': database('daily', { builtAt: Date.now() - HOUR_MS }), 'main.cud': main() });
    const handler = await open();
    await scan(handler, await bucket.put(KEY, CLEAN));
    const { ScannerDefinitionsAge: age, _aws } = metricsIn(handler.log)[0];
    expect(age).toBeGreaterThanOrEqual(3600);
    expect(age).toBeLessThan(3700);
    expect(_aws).toMatchObject({
      CloudWatchMetrics: [{ Metrics: [{ Name: 'ScannerDefinitionsAge', Unit: 'Seconds' }] }],
    });
  });

  test('an old main does not matter', async () => {
    await bucket.define({
      'daily.cud': database('daily'),
      'main.cud': database('main', { pattern: OTHER, builtAt: Date.now() - 999 * HOUR_MS }),
    });
    expect(await scan(await open(), await bucket.put(KEY, CLEAN))).toBe('NO_THREATS_FOUND');
  });

  test('definitions that are not what the list says are not taken', async () => {
    const { files: [{ name, hash }] } = await define();
    await bucket.put(`definitions/${hash}/${name}`, database('daily', { version: 2, pattern: OTHER }));
    const handler = await open();
    expect(await scan(handler, await bucket.put(KEY, EICAR))).toBe('unavailable');
    expect(handler.log).toContain('must match the hash in its key');
  });

  test('a clamd that was killed is started anew', async () => {
    await define();
    const handler = await open();
    const etag = await bucket.put(KEY, CLEAN);
    expect(await scan(handler, etag)).toBe('NO_THREATS_FOUND');
    const first = handler.clamd()!;
    process.kill(first, 'SIGKILL');
    await HandlerProcess.gone(first);
    // Wait until the parent process notices.
    await new Promise(resolve => { setTimeout(resolve, 2000); });
    expect(await scan(handler, etag)).toBe('NO_THREATS_FOUND');
    expect(handler.clamd()).not.toBe(first);
  });

  test('a clamd that hangs gives no verdict, is killed, and started anew', async () => {
    await define();
    const handler = await open();
    const etag = await bucket.put(KEY, CLEAN);
    expect(await scan(handler, etag)).toBe('NO_THREATS_FOUND');
    const first = handler.clamd()!;
    process.kill(first, 'SIGSTOP');
    // The file was clean before, and a failed scan does not change that.
    expect([await scan(handler, etag, 11_500), await tag()]).toEqual(['FAILED', 'NO_THREATS_FOUND']);
    await HandlerProcess.gone(first);
    expect(await scan(handler, etag)).toBe('NO_THREATS_FOUND');
  });

  test('a clamd that dies during a scan gives no verdict', async () => {
    await define();
    const handler = await open();
    const etag = await bucket.put(KEY, EICAR);
    await scan(handler, etag);
    const first = handler.clamd()!;
    process.kill(first, 'SIGSTOP');
    const result = scan(handler, etag);
    // By then clamd has the whole stream in its socket or only a part. Neither is a verdict.
    setTimeout(() => process.kill(first, 'SIGKILL'), 500);
    expect([await result, await tag()]).toEqual(['FAILED', 'THREATS_FOUND']);
    expect(await scan(handler, etag)).toBe('THREATS_FOUND');
  });

  test('clamd gets none of the function’s credentials', async () => {
    await define();
    const handler = await open();
    await scan(handler, await bucket.put(KEY, CLEAN));
    const names = readFileSync(`/proc/${handler.clamd()}/environ`, 'utf8').split('\0').filter(Boolean).map(
      pair => pair.split('=')[0],
    );
    expect(names.sort()).toEqual(['LD_PRELOAD', 'PATH']);
  });
});
