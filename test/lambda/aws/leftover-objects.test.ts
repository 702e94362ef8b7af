import type { IncomingMessage, ServerResponse } from 'node:http';
import { stubService } from './service-stub';
import { removeLeftovers } from '../../../lambda/aws/leftover-objects';

/** Objects of a bucket, and objects that a concurrent PUT adds before later looks. */
let objects: Set<string>;
let late: string[];
let looks: string[];
let refusal: { readonly status: number; readonly code: string } | undefined;

stubService('S3', (request: IncomingMessage, response: ServerResponse) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://s3');
  if (refusal) return response.writeHead(refusal.status).end(`<Error><Code>${refusal.code}</Code></Error>`);
  if (request.method === 'DELETE') {
    objects.delete(decodeURIComponent(pathname.replace('/definitions/', '')));
    return response.writeHead(204).end();
  }
  const prefix = searchParams.get('prefix')!;
  looks.push(prefix);
  if (looks.length > 4 && late.length > 0) objects.add(late.shift()!);
  const keys = [...objects].filter(key => key.startsWith(prefix)).slice(0, 2);
  return response.end(
    `<ListBucketResult>${keys.map(key => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`,
  );
});

beforeEach(() => {
  [objects, late, looks, refusal] = [
    new Set(['definitions/a/main.cvd', 'definitions/list.json', 'definitions/b', 'seed/daily.cvd', 'other']), [], [],
    undefined,
  ];
});

const CLAMAV = { Bucket: 'definitions', Prefixes: ['definitions/', 'seed/'] };

test('all below the prefixes goes, page by page, and nothing else', async () => {
  expect(await removeLeftovers(CLAMAV, 0)).toBe(4);
  expect([...objects]).toEqual(['other']);
});

test('what a writer still brings goes, too', async () => {
  late = ['definitions/late', 'definitions/later'];
  expect(await removeLeftovers(CLAMAV, 0)).toBe(6);
  expect([...objects]).toEqual(['other']);
});

test('a writer that does not stop ends it by an error', async () => {
  late = Array.from({ length: 100 }, (_, i) => `definitions/${i}`);
  await expect(removeLeftovers(CLAMAV, 0)).rejects.toThrow('objects still appear: another writer is active');
});

test('one key goes alone, without a look', async () => {
  expect(await removeLeftovers({ Bucket: 'definitions', Key: 'other' }, 0)).toBe(1);
  expect([objects.has('other'), objects.size, looks]).toEqual([false, 4, []]);
});

test('a bucket that is gone holds nothing', async () => {
  refusal = { status: 404, code: 'NoSuchBucket' };
  expect(await removeLeftovers(CLAMAV, 0)).toBe(0);
});

test('a denial is an error', async () => {
  refusal = { status: 403, code: 'AccessDenied' };
  await expect(removeLeftovers(CLAMAV, 0)).rejects.toMatchObject({ name: 'AccessDenied' });
});
