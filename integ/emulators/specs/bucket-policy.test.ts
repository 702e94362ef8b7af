import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CopyObjectCommand, CreateMultipartUploadCommand, GetObjectCommand, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { exchange, splitUrl } from '../../../test/environments/http';
import { buildClientOptions, readDeployment, findPhysicalId } from '../deployment';
import { assumeRole } from '../stack';

const stack = readDeployment();
const Bucket = findPhysicalId(stack, 'AWS::S3::Bucket');
const ROLE = 'may-do-anything-in-s3';
const MINUTE = 60_000;
let client: S3Client;
let serial = 0;

const statement = (rest: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
const generateKey = (prefix = 'originals'): string => `${prefix}/_/u/i/${serial++}`;

/** The role's own account allows it every action, so each denial comes from the bucket policy. */
beforeAll(async () => {
  const iam = new IAMClient(buildClientOptions(stack));
  const trust = statement({ Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({
    RoleName: ROLE,
    PolicyName: 'all',
    PolicyDocument: statement({ Action: 's3:*', Resource: '*' }),
  }));
  const credentials = await assumeRole(buildClientOptions(stack), ROLE);
  client = new S3Client({
    ...buildClientOptions(stack),
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});

async function putObject(
  Key: string, options: {
    readonly ifNoneMatch?: '*';
    readonly ageMs?: number;
    readonly scheme?: 'http' | 'https';
  } = {},
): Promise<string> {
  const { ifNoneMatch: IfNoneMatch, ageMs = 0, scheme = 'https' } = options;
  const signingDate = new Date(Date.now() - ageMs);
  const unhoistableHeaders = new Set(['if-none-match']);
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, IfNoneMatch }), {
    signingDate,
    expiresIn: 3600,
    unhoistableHeaders,
  });
  const headers = [...(IfNoneMatch
    ? [['if-none-match', '*']]
    : []), ['x-forwarded-proto', scheme]] as [string, string][];
  return verdict('PUT', url, headers);
}

async function getObject(Key: string, ageMs: number): Promise<string> {
  const signingDate = new Date(Date.now() - ageMs);
  return verdict(
    'GET', await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { signingDate, expiresIn: 3600 }),
  );
}

/** Returns the result, or the reason of the denial. */
async function verdict(method: string, url: string, headers: [string, string][] = []): Promise<string> {
  const { origin, target } = splitUrl(url);
  const { status, body } = await exchange(origin, {
    method,
    target,
    headers,
    ...(method === 'PUT' && { body: Buffer.from('x') }),
  });
  const text = body.toString();
  if (status === 403 && text.includes('with an explicit deny in a resource-based policy')) {
    return 'denied by the bucket';
  }
  return status === 200 ? 'done' : `${status} ${text}`;
}

describe('originals/', () => {
  test('takes a PUT with If-None-Match, and none without', async () => {
    expect(await putObject(generateKey(), { ifNoneMatch: '*' })).toBe('done');
    expect(await putObject(generateKey())).toBe('denied by the bucket');
  });

  test('takes no copy and no multipart upload, which could overwrite', async () => {
    const source = generateKey();
    expect(await putObject(source, { ifNoneMatch: '*' })).toBe('done');
    await expect(
      client.send(new CopyObjectCommand({ Bucket, Key: generateKey(), CopySource: `${Bucket}/${source}` })),
    ).rejects.toThrow(/explicit deny/);
    await expect(client.send(new CreateMultipartUploadCommand({ Bucket, Key: generateKey() }))).rejects.toThrow(
      /explicit deny/,
    );
  });

  test('refuses signatures that are older than the longest URL, of uploads and of downloads', async () => {
    const key = generateKey();
    expect(await putObject(key, { ifNoneMatch: '*', ageMs: 4 * MINUTE })).toBe('done');
    expect(await putObject(generateKey(), { ifNoneMatch: '*', ageMs: 6 * MINUTE })).toBe('denied by the bucket');
    expect(await getObject(key, 4 * MINUTE)).toBe('done');
    expect(await getObject(key, 6 * MINUTE)).toBe('denied by the bucket');
  });
});

test('other prefixes are no business of ours', async () => {
  expect(await putObject(generateKey('elsewhere'), { ageMs: 6 * MINUTE })).toBe('done');
});

/** The emulator takes the scheme from this header, as a server behind a proxy does. */
test('nothing passes over plain HTTP', async () => {
  expect(await putObject(generateKey(), { ifNoneMatch: '*', scheme: 'http' })).toBe('denied by the bucket');
  expect(await putObject(generateKey('elsewhere'), { scheme: 'http' })).toBe('denied by the bucket');
});
