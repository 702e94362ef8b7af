import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  BUCKET, CREDENTIALS, presign, REGION, send, withBody, withHeader, withQuery, type Presigned, type Request,
  type Signing,
} from './presigned';
import { startStorage } from '../../local/engines/storage';

type Engine = Awaited<ReturnType<typeof startStorage>>;

/** A change to a valid request, and the S3 error codes that are right for it. */
interface Mutation { readonly name: string; readonly request: Presigned; readonly codes: readonly string[] }

const MISMATCH = ['SignatureDoesNotMatch'];
const MALFORMED = ['AuthorizationQueryParametersError'];
const DENIED = ['AccessDenied'];

const BODY = Buffer.from('the bytes of an image, as far as storage knows');
const CHECKSUM = createHash('sha256').update(BODY).digest('base64');
const UPLOAD_HEADERS = { 'content-type': 'image/png', 'content-length': String(BODY.length), 'if-none-match': '*' };

const CASES: Record<string, Request> = {
  'upload': { method: 'PUT', key: 'originals/_/al~40ice/upload/1', headers: UPLOAD_HEADERS, body: BODY },
  'upload with checksum': {
    method: 'PUT',
    key: 'originals/_/alice/checked/1',
    headers: { ...UPLOAD_HEADERS, 'x-amz-checksum-sha256': CHECKSUM },
    body: BODY,
  },
  'download': {
    method: 'GET',
    key: 'variants/there',
    query: { 'response-content-disposition': 'attachment; filename="a b.png"', 'response-content-type': 'image/png' },
  },
};

let directory: string;
let engine: Engine;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'presign-'));
  engine = await startStorage({
    directory,
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    maxSignatureAgeMs: 900_000,
    conditionalPrefix: 'originals/',
  });
  const upload = await presign(engine.endpoint, { ...CASES.upload, key: 'variants/there' });
  expect((await send(engine.endpoint, upload)).status).toBe(200);
});

afterAll(async () => {
  await engine.close();
  rmSync(directory, { recursive: true });
});

/** Another value of the same length. */
function flip(value: string, at = value.length - 1): string {
  const other = value[at] === 'a' ? 'b' : 'a';
  return value.slice(0, at) + other + value.slice(at + 1);
}

function methods(request: Presigned): Mutation[] {
  return ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']
    .filter(method => method !== request.method)
    .map(method => ({
      name: `method ${method}`, request: { ...request, method }, codes: method === 'OPTIONS' ? DENIED : MISMATCH,
    }));
}

function hosts(request: Presigned): Mutation[] {
  const [, port] = request.headers.find(([name]) => name === 'host')![1].split(':');
  return [
    'evil.example', `localhost:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1:${port}.evil.example`,
    `${BUCKET}.127.0.0.1:${port}`,
  ]
    .map(host => ({ name: `host ${host}`, request: withHeader(request, 'host', host), codes: MISMATCH }));
}

function paths(request: Presigned): Mutation[] {
  const { path } = request;
  return [
    flip(path), flip(path, path.length - 3), flip(path, 3), path.slice(0, -1), path.toUpperCase(),
    `${path}x`, `${path}/`, `${path}/more`, `${path}%00`, `${path}/../1`, `/${path}`,
    path.replace(`/${BUCKET}/`, `/${BUCKET}//`), path.replace(`/${BUCKET}/`, '/another-bucket/'), `/${BUCKET}`, '/',
  ].map(changed => ({ name: `path ${changed}`, request: { ...request, path: changed }, codes: MISMATCH }));
}

function queryKeys(request: Presigned): Mutation[] {
  return request.query.flatMap(([key, value]) => {
    const required = key.startsWith('X-Amz-') && key !== 'X-Amz-Content-Sha256' ? MALFORMED : MISMATCH;
    // Without `host` in X-Amz-SignedHeaders the URL would be valid on any host.
    const changed = [...MALFORMED, ...MISMATCH, ...key === 'X-Amz-SignedHeaders' ? DENIED : []];
    return [
      { name: `${key} removed`, request: withQuery(request, key, undefined), codes: required },
      { name: `${key} emptied`, request: withQuery(request, key, ''), codes: changed },
      { name: `${key} changed`, request: withQuery(request, key, flip(value)), codes: changed },
      {
        name: `${key} doubled`,
        request: { ...request, query: [...request.query, [key, value] as const] },
        codes: required,
      },
      {
        name: `${key} given first with another value`,
        request: { ...request, query: [[key, flip(value)] as const, ...request.query] },
        codes: required,
      },
      { name: `${key} in other case`, request: inOtherCase(request, key), codes: changed },
    ];
  });
}

function inOtherCase(request: Presigned, key: string): Presigned {
  const swapped = key === key.toLowerCase() ? key.toUpperCase() : key.toLowerCase();
  return { ...request, query: request.query.map(([name, value]) => [name === key ? swapped : name, value] as const) };
}

function addedQuery(request: Presigned): Mutation[] {
  return [
    ['acl', ''], ['tagging', ''], ['uploads', ''], ['uploadId', '1'], ['partNumber', '1'], ['versionId', 'null'],
    ['delete', ''], ['foo', 'bar'],
    ['response-content-language', 'de'], ['response-cache-control', 'no-store'], ['x-amz-acl', 'public-read'],
    ['X-Amz-Meta-A', 'b'], ['Signature', 'x'],
  ].map(([name, value]) => ({
    name: `query ${name} added`,
    request: { ...request, query: [...request.query, [name, value] as const] },
    codes: MISMATCH,
  }));
}

function signedHeaders(request: Presigned): Mutation[] {
  const body = request.body.length;
  return request.headers.filter(([name]) => name !== 'host').flatMap(([name, value]) => [
    { name: `${name} removed`, request: withHeader(request, name, undefined), codes: MISMATCH },
    ...name === 'content-length' ? [] : [
      { name: `${name} changed`, request: withHeader(request, name, flip(value)), codes: MISMATCH },
      { name: `${name} emptied`, request: withHeader(request, name, ''), codes: MISMATCH },
      {
        name: `${name} doubled`,
        request: { ...request, headers: [...request.headers, [name, value] as const] },
        codes: MISMATCH,
      },
      { name: `${name} with a parameter`, request: withHeader(request, name, `${value}; a=b`), codes: MISMATCH },
    ],
  ].filter(() => body > 0));
}

function unsignedHeaders(request: Presigned): Mutation[] {
  const extra = [
    'x-amz-acl', 'x-amz-meta-a', 'x-amz-tagging', 'x-amz-storage-class', 'x-amz-website-redirect-location',
    'x-amz-copy-source', 'x-amz-date',
    'x-amz-content-sha256', 'x-amz-checksum-crc32', 'x-amz-server-side-encryption', 'x-amz-grant-read',
    'x-amz-expected-bucket-owner',
  ];
  return [
    ...extra.map(name => ({ name: `${name} added`, request: withHeader(request, name, 'x'), codes: DENIED })),
    {
      name: 'x-amz-security-token added',
      request: withHeader(request, 'x-amz-security-token', 'x'),
      codes: ['InvalidToken'],
    },
    {
      name: 'authorization added',
      request: withHeader(request, 'authorization', 'AWS4-HMAC-SHA256 x'),
      codes: ['InvalidArgument'],
    },
  ];
}

function bodies(request: Presigned): Mutation[] {
  if (request.body.length === 0) return [];
  const isChecked = request.headers.some(([name]) => name === 'x-amz-checksum-sha256');
  const lengths = [
    BODY.subarray(1), Buffer.concat([BODY, Buffer.from('!')]), Buffer.alloc(0), Buffer.alloc(BODY.length * 2),
    Buffer.alloc(100_000),
  ];
  const chunked = withHeader(withHeader(request, 'content-length', undefined), 'transfer-encoding', 'chunked');
  return [
    ...lengths.map(
      body => ({ name: `body of ${body.length} bytes`, request: withBody(request, body), codes: MISMATCH }),
    ),
    { name: 'body in chunks', request: chunked, codes: MISMATCH },
    ...isChecked
      ? [{ name: 'other bytes', request: withBody(request, Buffer.alloc(BODY.length)), codes: ['BadDigest'] }]
      : [],
  ];
}

function signatures(request: Presigned): Mutation[] {
  const [, signature] = request.query.find(([name]) => name === 'X-Amz-Signature')!;
  return [
    ...Array.from({ length: signature.length }, (_, at) => flip(signature, at)), signature.toUpperCase(),
    signature.slice(1), `${signature}0`,
  ].map(changed => ({
    name: `signature ${changed}`, request: withQuery(request, 'X-Amz-Signature', changed), codes: MISMATCH,
  }));
}

/** Correctly signed, but with another key, or for another place or time. */
async function resign(request: Request): Promise<Mutation[]> {
  const minute = 60_000;
  const signings: [string, Signing, string[]][] = [
    ['another key', { credentials: { ...CREDENTIALS, accessKeyId: 'AKIAOTHER' } }, ['InvalidAccessKeyId']],
    ['another secret', { credentials: { ...CREDENTIALS, secretAccessKey: 'guessed' } }, MISMATCH],
    ['a session', { credentials: { ...CREDENTIALS, sessionToken: 'token' } }, ['InvalidToken']],
    ['another region', { region: 'us-east-1' }, MALFORMED],
    ['another service', { service: 'dynamodb' }, MALFORMED],
    ['any host', { anyHost: true }, DENIED],
    ['expired a second ago', { signedAt: Date.now() - 301_000 }, DENIED],
    ['expired a day ago', { signedAt: Date.now() - 24 * 60 * minute }, DENIED],
    ['valid in 16 minutes', { signedAt: Date.now() + 16 * minute }, DENIED],
    ['valid tomorrow', { signedAt: Date.now() + 24 * 60 * minute }, DENIED],
    ['older than the bucket policy allows', { signedAt: Date.now() - 16 * minute, expires: 7200 }, DENIED],
  ];
  return Promise.all(signings.map(
    async ([name, signing, codes]) => ({ name, request: await presign(engine.endpoint, request, signing), codes }),
  ));
}

async function expiries(request: Presigned): Promise<Mutation[]> {
  return ['604801', '0', '-1', '300.5', '3e2', '1e999', ' 300', 'abc']
    .map(value => ({
      name: `expires ${value}`,
      request: withQuery(request, 'X-Amz-Expires', encodeURIComponent(value)),
      codes: MALFORMED,
    }));
}

async function listMutations(request: Request): Promise<Mutation[]> {
  const valid = await presign(engine.endpoint, request);
  const makers = [methods, hosts, paths, queryKeys, addedQuery, signedHeaders, unsignedHeaders, bodies, signatures];
  return [...makers.flatMap(make => make(valid)), ...await expiries(valid), ...await resign(request)];
}

async function keys(): Promise<string[]> {
  const client = new S3Client({
    endpoint: engine.endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true,
  });
  const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  client.destroy();
  return contents.map(({ Key: key }) => key!);
}

describe.each(Object.entries(CASES))('a changed %s', (name, request) => {
  test('is refused for the right reason, whatever is changed, and the unchanged one is accepted', async () => {
    const before = await keys();
    const mutations = await listMutations(request);
    const wrong: unknown[] = [];
    for (const mutation of mutations) {
      const { status, code, body } = await send(engine.endpoint, mutation.request);
      const isRight = mutation.request.method === 'HEAD'
        ? status === 403
        : status >= 400 && status < 500 && mutation.codes.includes(code!);
      if (!isRight) {
        wrong.push({
          mutation: mutation.name, status, code: code ?? body.toString('utf8', 0, 200), expected: mutation.codes,
        });
      }
    }
    expect(wrong).toEqual([]);
    expect(await keys()).toEqual(before);
    expect(mutations.length).toBeGreaterThan(name === 'download' ? 150 : 180);
    expect((await send(engine.endpoint, await presign(engine.endpoint, request))).status).toBe(200);
  });
});

describe('a valid request', () => {
  const types = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/heic', 'image/heif'];
  const contents = [Buffer.from('x'), BODY, Buffer.alloc(70_000, 7)];
  const users = ['0p2c4k60kcf4wwp0d2fsez8ge1', 'al~40ice~2Ecom', '_-', 'a~F0~9F~98~80'];
  const uploads = types.flatMap((type, t) => contents.map((body, b) => (
    { type, body, key: `originals/_/${users[(t + b) % users.length]}/${t}-${b}/nonce` }
  )));

  test.each(uploads.flatMap(
    upload => [{ ...upload, checked: false }, { ...upload, key: `${upload.key}-checked`, checked: true }],
  ))(
    'of $type for $key (checksum: $checked) is accepted once, and its bytes come back',
    async ({ type, body, key, checked }) => {
      const checksum = createHash('sha256').update(body).digest('base64');
      const headers = {
        'content-type': type,
        'content-length': String(body.length),
        'if-none-match': '*',
        ...checked ? { 'x-amz-checksum-sha256': checksum } : {},
      };
      const upload = await presign(engine.endpoint, { method: 'PUT', key, headers, body });
      expect((await send(engine.endpoint, upload)).status).toBe(200);
      expect(await send(engine.endpoint, upload)).toMatchObject({ status: 412, code: 'PreconditionFailed' });
      const disposition = "attachment; filename*=UTF-8''a%20b";
      const download = await presign(engine.endpoint, {
        method: 'GET', key, query: { 'response-content-disposition': disposition },
      });
      const { status, headers: answered, body: returned } = await send(engine.endpoint, download);
      expect(status).toBe(200);
      expect(returned.equals(body)).toBe(true);
      expect(answered).toMatchObject({
        'content-type': type, 'content-length': String(body.length), 'content-disposition': disposition,
      });
    },
  );

  test.each([14 * 60_000, -14 * 60_000])('of a clock that is off by %i ms is accepted', async skew => {
    const headers = { 'content-length': '1', 'if-none-match': '*' };
    const request = { method: 'PUT', key: `originals/skew/${skew}`, headers, body: Buffer.from('x') };
    const upload = await presign(engine.endpoint, request, { signedAt: Date.now() + skew, expires: 900 });
    expect((await send(engine.endpoint, upload)).status).toBe(200);
  });
});
