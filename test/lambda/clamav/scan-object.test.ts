import { Readable } from 'node:stream';
import type { Clamd } from '../../../lambda/clamav/clamd';
import type { Engine } from '../../../lambda/clamav/engine';
import { scanObject, type ScanDeps } from '../../../lambda/clamav/scan-object';
import { parseVerdict } from '../../../lambda/clamav/verdict';
import type { ScannedObjects } from '../../../lambda/domain/scan-ports';
import type { ScanResult } from '../../../src/contract';

const REQUEST = { object_key: 'originals/_/a/b/c', etag: '"e"' };

/** Storage with a fault, and a clamd that finds nothing. The tests check the tag. */
function faulty(
  fault: Partial<ScannedObjects>, scan = async () => 'stream: OK',
): { deps: ScanDeps; tags: ScanResult[] } {
  const tags: ScanResult[] = [];
  const objects: ScannedObjects = {
    open: async () => ({ size: 1, bytes: Readable.from([Buffer.from('x')]) }),
    isThere: async () => true,
    tag: async (_key, result) => tags.push(result) > 0,
    ...fault,
  };
  const engine = { getClamd: async () => ({ scan } as unknown as Clamd) } as unknown as Engine;
  return {
    tags,
    deps: { objects, engine, maxBytes: 10, log: { info: () => undefined, warn: () => undefined }, now: () => 0 },
  };
}

test('a tag that comes to other bytes than were scanned does not stay clean', async () => {
  const { deps, tags } = faulty({ isThere: async () => false });
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'gone' });
  expect(tags).toEqual(['NO_THREATS_FOUND', 'FAILED']);
});

test('an original that goes during its scan is gone', async () => {
  const { deps } = faulty({ tag: async () => false });
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'gone' });
});

test('storage that does not let us look is said to deny it', async () => {
  const { deps, tags } = faulty({ open: async () => 'denied' });
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'ACCESS_DENIED' });
  expect(tags).toEqual([]);
});

test('what cannot be scanned leaves an earlier result as it is', async () => {
  const { deps, tags } = faulty({ open: async () => ({ size: 11, bytes: Readable.from([Buffer.alloc(11)]) }) });
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'UNSUPPORTED' });
  expect(tags).toEqual([]);
});

test('what is found in an original that was clean takes its place', async () => {
  const { deps, tags } = faulty({}, async () => 'stream: Eicar-Test-Signature FOUND');
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'THREATS_FOUND' });
  expect(tags).toEqual(['THREATS_FOUND']);
});

test('a result that cannot be written is no answer', async () => {
  const { deps } = faulty({ tag: async () => Promise.reject(new Error('throttled')) });
  await expect(scanObject(deps, REQUEST, 1000)).rejects.toThrow('throttled');
});

test('an original whose reading breaks off is no clean one', async () => {
  const { deps, tags } = faulty({ open: async () => Promise.reject(new Error('ECONNRESET')) });
  expect(await scanObject(deps, REQUEST, 1000)).toEqual({ result: 'FAILED' });
  expect(tags).toEqual([]);
});

test('a clamd that does not get ready in time is waited for no longer', async () => {
  const { deps, tags } = faulty({});
  const slow: ScanDeps = {
    ...deps,
    engine: { getClamd: async () => new Promise<never>(() => undefined) } as unknown as Engine,
  };
  expect(await scanObject(slow, REQUEST, 50)).toEqual({ result: 'unavailable' });
  expect(tags).toEqual([]);
});

test.each([
  ['stream: OK', 'NO_THREATS_FOUND'],
  ['stream: Eicar-Test-Signature FOUND', 'THREATS_FOUND'],
  ['stream: Name with OK FOUND', 'THREATS_FOUND'],
  ['stream: Heuristics.Limits.Exceeded.MaxFiles FOUND', 'UNSUPPORTED'],
])('%s means %s', (reply, result) => expect(parseVerdict(reply).result).toBe(result));

test.each([
  '', 'OK', 'stream: ok', 'stream: OK ', 'stream: OK\n', 'stream: OK\nstream: X FOUND', 'stream:  FOUND',
  'stream: X ERROR', 'PONG', 'UNKNOWN COMMAND',
  'INSTREAM size limit exceeded. ERROR', 'stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND',
  'stream: Can\'t allocate memory ERROR',
])('%j is no verdict', reply => expect(() => parseVerdict(reply)).toThrow('clamd returned no verdict'));
