import {
  BUCKET, CREDENTIALS, presign, withBody, withHeader, withQuery, type Presigned, type Request, type Signing,
} from './presigned';

/** A change to a valid request, and the S3 error codes that are right for it. */
export interface Mutation { readonly name: string; readonly request: Presigned; readonly codes: readonly string[] }

const MISMATCH = ['SignatureDoesNotMatch'];
const MALFORMED = ['AuthorizationQueryParametersError'];
const DENIED = ['AccessDenied'];

/** Another value of the same length. */
function flip(value: string, at = value.length - 1): string {
  const other = value[at] === 'a' ? 'b' : 'a';
  return value.slice(0, at) + other + value.slice(at + 1);
}

function changeMethod(request: Presigned): Mutation[] {
  return ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']
    .filter(method => method !== request.method)
    .map(method => ({
      name: `method ${method}`, request: { ...request, method }, codes: method === 'OPTIONS' ? DENIED : MISMATCH,
    }));
}

function changeHost(request: Presigned): Mutation[] {
  const [, port] = request.headers.find(([name]) => name === 'host')![1].split(':');
  return [
    'evil.example', `localhost:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1:${port}.evil.example`,
    `${BUCKET}.127.0.0.1:${port}`,
  ]
    .map(host => ({ name: `host ${host}`, request: withHeader(request, 'host', host), codes: MISMATCH }));
}

function changePath(request: Presigned): Mutation[] {
  const { path } = request;
  return [
    flip(path), flip(path, path.length - 3), flip(path, 3), path.slice(0, -1), path.toUpperCase(),
    `${path}x`, `${path}/`, `${path}/more`, `${path}%00`, `${path}/../1`, `/${path}`,
    path.replace(`/${BUCKET}/`, `/${BUCKET}//`), path.replace(`/${BUCKET}/`, '/another-bucket/'), `/${BUCKET}`, '/',
  ].map(changed => ({ name: `path ${changed}`, request: { ...request, path: changed }, codes: MISMATCH }));
}

function changeQueryValues(request: Presigned): Mutation[] {
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
      { name: `${key} in other case`, request: changeCase(request, key), codes: changed },
    ];
  });
}

function changeCase(request: Presigned, key: string): Presigned {
  const swapped = key === key.toLowerCase() ? key.toUpperCase() : key.toLowerCase();
  return { ...request, query: request.query.map(([name, value]) => [name === key ? swapped : name, value] as const) };
}

function addQueryKeys(request: Presigned): Mutation[] {
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

function changeSignedHeaders(request: Presigned): Mutation[] {
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

function addUnsignedHeaders(request: Presigned): Mutation[] {
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

function changeBody(request: Presigned): Mutation[] {
  if (request.body.length === 0) return [];
  const { body } = request;
  const isChecked = request.headers.some(([name]) => name === 'x-amz-checksum-sha256');
  const lengths = [
    body.subarray(1), Buffer.concat([body, Buffer.from('!')]), Buffer.alloc(0), Buffer.alloc(body.length * 2),
    Buffer.alloc(100_000),
  ];
  const chunked = withHeader(withHeader(request, 'content-length', undefined), 'transfer-encoding', 'chunked');
  return [
    ...lengths.map(
      sent => ({ name: `body of ${sent.length} bytes`, request: withBody(request, sent), codes: MISMATCH }),
    ),
    { name: 'body in chunks', request: chunked, codes: MISMATCH },
    ...isChecked
      ? [{ name: 'other bytes', request: withBody(request, Buffer.alloc(body.length)), codes: ['BadDigest'] }]
      : [],
  ];
}

function changeSignature(request: Presigned): Mutation[] {
  const [, signature] = request.query.find(([name]) => name === 'X-Amz-Signature')!;
  return [
    ...Array.from({ length: signature.length }, (_, at) => flip(signature, at)), signature.toUpperCase(),
    signature.slice(1), `${signature}0`,
  ].map(changed => ({
    name: `signature ${changed}`, request: withQuery(request, 'X-Amz-Signature', changed), codes: MISMATCH,
  }));
}

/** Correctly signed, but with another key, or for another place or time. */
async function resign(endpoint: string, request: Request): Promise<Mutation[]> {
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
    async ([name, signing, codes]) => ({ name, request: await presign(endpoint, request, signing), codes }),
  ));
}

function changeExpiry(request: Presigned): Mutation[] {
  return ['604801', '0', '-1', '300.5', '3e2', '1e999', ' 300', 'abc']
    .map(value => ({
      name: `expires ${value}`,
      request: withQuery(request, 'X-Amz-Expires', encodeURIComponent(value)),
      codes: MALFORMED,
    }));
}

/** All changes of a request that storage must deny. */
export async function listMutations(endpoint: string, request: Request): Promise<Mutation[]> {
  const valid = await presign(endpoint, request);
  const makers = [
    changeMethod, changeHost, changePath, changeQueryValues, addQueryKeys, changeSignedHeaders, addUnsignedHeaders,
    changeBody, changeSignature, changeExpiry,
  ];
  return [...makers.flatMap(make => make(valid)), ...await resign(endpoint, request)];
}
