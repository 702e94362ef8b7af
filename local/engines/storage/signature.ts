import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { buildAccessDenied, buildS3Error } from './errors';
import { encode, encodePath, readHeader, type Wire } from './wire';

export interface Credentials { readonly accessKeyId: string; readonly secretAccessKey: string }

export interface SignatureRules {
  readonly credentials: Credentials;
  readonly region: string;
  /** Age of the oldest signature that the bucket policy allows (`s3:signatureAge`). */
  readonly maxSignatureAgeMs?: number;
}

interface SignatureParts {
  readonly credential: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
  /** Seconds. Presigned URLs only. */
  readonly expires?: number;
}

const TOKEN = 'x-amz-security-token';
const ALGORITHM = 'AWS4-HMAC-SHA256';
export const QUERY_KEYS = [
  'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature',
];
/** One week, Signature Version 4's limit for a presigned URL. */
const MAX_EXPIRES_SECONDS = 604_800;
/** S3 tolerates a clock difference of 15 minutes (RequestTimeTooSkewed). */
const MAX_SKEW_MS = 15 * 60_000;

/** Denies a request without a valid, current signature by our credentials. */
export function verifySignature(wire: Wire, rules: SignatureRules): void {
  const isPresigned = wire.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  const authorization = wire.headers.get('authorization');
  if (isPresigned && authorization) throw buildS3Error('InvalidArgument', 'Only one auth mechanism allowed');
  if (!isPresigned && !authorization) throw buildAccessDenied('Access Denied');
  if (wire.headers.has(TOKEN) || wire.query.some(([name]) => name.toLowerCase() === TOKEN)) {
    throw buildS3Error(
      'InvalidToken', 'The provided token is malformed or otherwise invalid: these credentials have no session.',
    );
  }
  const claim = isPresigned ? parseQuerySignature(wire) : parseHeaderSignature(wire);
  const signedAt = parseDate(claim.date);
  checkScope(claim, rules);
  checkHeaders(wire, claim);
  checkSignature(wire, claim, rules);
  checkTime(claim, signedAt, rules.maxSignatureAgeMs);
}

function parseQuerySignature(wire: Wire): SignatureParts {
  const [algorithm, credential, date, expires, signedHeaders, signature] = QUERY_KEYS.map(
    key => readParameter(wire, key),
  );
  if (algorithm !== ALGORITHM) throw buildMalformedQueryError(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  if (!/^\d{1,9}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_EXPIRES_SECONDS) {
    throw buildMalformedQueryError(
      `X-Amz-Expires must be a whole number of seconds from 1 to ${MAX_EXPIRES_SECONDS}, got: ${expires}`,
    );
  }
  const payloadHash = readHeader(wire, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  return {
    credential,
    date,
    signedHeaders: signedHeaders.split(';'),
    signature,
    payloadHash,
    expires: Number(expires),
  };
}

function readParameter(wire: Wire, key: string): string {
  const values = wire.query.filter(([name]) => name === key).map(([, value]) => value);
  if (values.length === 1) return values[0];
  throw buildMalformedQueryError(
    `Query-string authentication version 4 requires each of ${QUERY_KEYS.join(', ')} once; ${key} is there ${values.length} times`,
  );
}

function parseHeaderSignature(wire: Wire): SignatureParts {
  const value = readHeader(wire, 'authorization')!;
  const match = new RegExp(
    `^${ALGORITHM} Credential=([^,\\s]+),\\s*SignedHeaders=([^,\\s]+),\\s*Signature=([^,\\s]+)$`,
  ).exec(value);
  if (!match) throw buildS3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  const payloadHash = readHeader(wire, 'x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw buildS3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return {
    credential: match[1],
    date: readHeader(wire, 'x-amz-date') ?? '',
    signedHeaders: match[2].split(';'),
    signature: match[3],
    payloadHash,
  };
}

function parseDate(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const time = match ? Date.parse(`${match.slice(1, 4).join('-')}T${match.slice(4).join(':')}Z`) : NaN;
  if (Number.isNaN(time)) {
    throw buildMalformedQueryError(
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'", got: ${date}`,
    );
  }
  return time;
}

function checkScope({ credential, date }: SignatureParts, { credentials, region }: SignatureRules): void {
  const [accessKeyId, day, ...rest] = credential.split('/');
  const expected = `${region}/s3/aws4_request`;
  if (rest.join('/') !== expected) {
    throw buildMalformedQueryError(`the credential scope must end in ${expected}, got: ${rest.join('/')}`);
  }
  if (day !== date.slice(0, 8)) {
    throw buildMalformedQueryError(`the day of the credential scope must be that of X-Amz-Date, got: ${day}`);
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw buildS3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: accessKeyId,
    });
  }
}

function checkHeaders(wire: Wire, { signedHeaders }: SignatureParts): void {
  if (!signedHeaders.includes('host')) throw buildAccessDenied('The host header must be signed');
  const absent = signedHeaders.filter(name => !wire.headers.has(name));
  if (absent.length > 0) throw buildMismatchError(`signed but not sent: ${absent.join(', ')}`);
  const unsigned = [...wire.headers.keys()].filter(name => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (unsigned.length > 0) {
    throw buildAccessDenied('There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
}

function checkSignature(wire: Wire, claim: SignatureParts, { credentials }: SignatureRules): void {
  const [, ...scope] = claim.credential.split('/');
  const stringToSign = [ALGORITHM, claim.date, scope.join('/'), hashSha256(buildCanonicalRequest(wire, claim))].join(
    '\n',
  );
  const key = [...scope, stringToSign].reduce<Buffer | string>((
    secret, part,
  ) => computeHmac(secret, part), `AWS4${credentials.secretAccessKey}`) as Buffer;
  const given = Buffer.from(claim.signature, 'utf8');
  const expected = Buffer.from(key.toString('hex'), 'utf8');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw buildMismatchError(listSentValues(wire, claim));
  }
}

/** A signature does not show which value differs. For an upload it is usually the length. */
function listSentValues(wire: Wire, { signedHeaders, expires }: SignatureParts): string {
  const names = signedHeaders.filter(name => name !== 'host');
  if (expires === undefined || names.length === 0) return '';
  return `the URL is signed for certain values, and these were sent: ${names.map(name => `${name}: ${wire.headers.get(name)!.join(',')}`).join(', ')}`;
}

/** "Create a canonical request" in the IAM user guide, Signature Version 4; S3 does not normalise the path. */
function buildCanonicalRequest(wire: Wire, { signedHeaders, payloadHash }: SignatureParts): string {
  const query = wire.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const headers = signedHeaders.map(
    name => `${name}:${wire.headers.get(name)!.map(value => value.trim().replace(/ +/g, ' ')).join(',')}\n`,
  );
  return [wire.method, encodePath(wire.path), query.join('&'), headers.join(''), signedHeaders.join(';'), payloadHash]
    .join('\n');
}

function checkTime({ expires, date }: SignatureParts, signedAt: number, maxSignatureAgeMs = Infinity): void {
  const now = Date.now();
  if (expires === undefined && Math.abs(now - signedAt) > MAX_SKEW_MS) {
    throw buildS3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      { RequestTime: date },
    );
  }
  if (signedAt - now > MAX_SKEW_MS) throw buildAccessDenied('Request is not yet valid', { 'X-Amz-Date': date });
  if (expires !== undefined && now > signedAt + expires * 1000) {
    throw buildAccessDenied('Request has expired', { 'X-Amz-Expires': expires });
  }
  if (now - signedAt > maxSignatureAgeMs) {
    throw buildAccessDenied('Access Denied by the bucket policy: the signature is too old (s3:signatureAge)');
  }
}

function buildMalformedQueryError(message: string): Error {
  return buildS3Error('AuthorizationQueryParametersError', message);
}

function buildMismatchError(detail = ''): Error {
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  return buildS3Error('SignatureDoesNotMatch', detail ? `${message} (${detail})` : message);
}

function hashSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function computeHmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
