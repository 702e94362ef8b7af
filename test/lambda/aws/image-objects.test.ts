import type { RequestListener } from 'node:http';
import { stubService } from './service-stub';
import { createGuardDutyScanner } from '../../../lambda/aws/guard-duty-scanner';
import { openObjectStore } from '../../../lambda/aws/image-objects';
import { openScannedObjects } from '../../../lambda/aws/scanned-objects';
import { TryAgain } from '../../../lambda/domain/errors';

let answer: RequestListener;

stubService('S3', (request, response) => answer(request, response));

describe('a download that breaks off behind its headers', () => {
  beforeEach(() => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100', 'etag': '"x"' });
      response.write('half', () => setTimeout(() => response.destroy(), 20));
    };
  });

  test('is retried by readers of the leading bytes', async () => {
    await expect(openObjectStore('bucket', true).readStart('key', '"x"', 512)).rejects.toBeInstanceOf(TryAgain);
  });

  test('is retried by readers of the digest', async () => {
    await expect(openObjectStore('bucket', true).digest('key', '"x"')).rejects.toBeInstanceOf(TryAgain);
  });
});

describe('a download', () => {
  const MIB = 1024 * 1024;
  let asked: number[];

  /** Records the time limit of a download, and takes `share` of it. */
  function giveTime(share: number): void {
    const { timeout } = AbortSignal;
    asked = [];
    jest.spyOn(AbortSignal, 'timeout').mockImplementation(ms => {
      asked.push(ms);
      return timeout.call(AbortSignal, ms * share);
    });
  }
  afterEach(() => jest.restoreAllMocks());

  test('has ten seconds, and a second more for each five mebibytes', async () => {
    giveTime(1);
    answer = (_request, response) =>
      response.writeHead(200, { 'content-length': String(50 * MIB), 'etag': '"x"' }).end(Buffer.alloc(50 * MIB));
    expect((await openObjectStore('bucket', true).read('key', '"x"'))!.length).toBe(50 * MIB);
    expect(Math.max(...asked)).toBe(20_000);
  });

  test('that takes longer is tried again', async () => {
    giveTime(1 / 100);
    answer = (_request, response) =>
      response.writeHead(200, { 'content-length': String(5 * MIB), 'etag': '"x"' }).write('a beginning');
    await expect(openObjectStore('bucket', true).read('key', '"x"')).rejects.toBeInstanceOf(TryAgain);
    expect(Math.max(...asked)).toBe(11_000);
  });
});

/**
 * S3's response when it may not say whether the object exists:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
describe.each<[string, string, () => Promise<unknown>, unknown, unknown]>([
  ['a HEAD', 's3:GetObject', async () => openObjectStore('bucket', true).find('key'), undefined, expect.anything()],
  [
    'a GET', 's3:GetObject', async () => openObjectStore('bucket', true).readStart('key', '"x"', 512), undefined,
    expect.anything(),
  ],
  [
    'a look for GuardDuty\'s tag', 's3:GetObjectTagging',
    async () => createGuardDutyScanner('bucket', true).scan('key', '"x"'), 'gone', 'waiting',
  ],
  [
    'a HEAD of what ClamAV scans', 's3:GetObject', async () => openScannedObjects('bucket', true).isThere('key', '"x"'),
    false, true,
  ],
  [
    'a GET of what ClamAV scans', 's3:GetObject', async () => opened(), 'gone',
    expect.objectContaining({ bytes: expect.anything() }),
  ],
  [
    'a tag of ClamAV\'s', 's3:PutObjectTagging',
    async () => openScannedObjects('bucket', true).tag('key', 'THREATS_FOUND'), false, true,
  ],
])('%s that is denied', (name, action, look, absent, present) => {
  const isList = (url = ''): boolean => url.includes('list-type');
  const list = (keys: readonly string[]): string =>
    `<ListBucketResult>${keys.map(key => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;

  /** `denials`: the number of denied looks before the first allowed one. */
  function listing(keys: readonly string[], denials = Infinity): RequestListener {
    let denied = 0;
    return ({ url, method }, response) => {
      const status = !isList(url) && denied++ < denials ? 403 : 200;
      response.writeHead(status, { 'content-type': 'application/xml', 'etag': '"x"' });
      response.end(method === 'HEAD' ? undefined : list(isList(url) ? keys : []));
    };
  }

  test('means that it is not there where the object is not listed', async () => {
    answer = listing(['key2']);
    expect(await look()).toEqual(absent);
  });

  test('is repeated where the object is listed, for it may have come meanwhile', async () => {
    answer = listing(['key'], 1);
    expect(await look()).toEqual(present);
  });

  test('names the permission that is missing where it is denied again', async () => {
    answer = listing(['key']);
    if (name.startsWith('a GET of what')) expect(await look()).toBe('denied');
    else await expect(look()).rejects.toThrow(`not authorized to perform: ${action} on`);
  });
});

async function opened(): Promise<unknown> {
  const object = await openScannedObjects('bucket', true).open('key', '"x"');
  if (typeof object === 'object') object.bytes.destroy();
  return object;
}

test('a missing bucket is not taken for a missing object', async () => {
  answer = (_request, response) =>
    response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchBucket</Code></Error>');
  await expect(openObjectStore('bucket', true).read('key', '"x"')).rejects.toThrow(
    expect.objectContaining({ name: 'NoSuchBucket' }),
  );
  await expect(openScannedObjects('bucket', true).open('key', '"x"')).rejects.toThrow(
    expect.objectContaining({ name: 'NoSuchBucket' }),
  );
});

/**
 * DeleteObjects returns 200 and names the keys that it did not delete:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
test('deleteAll fails if S3 reports an object that it did not delete', async () => {
  const list = '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>variants/a/1</Key></Contents><Contents><Key>variants/a/2</Key></Contents></ListBucketResult>';
  const result = '<DeleteResult><Error><Key>variants/a/2</Key><Code>InternalError</Code><Message>Try again.</Message></Error></DeleteResult>';
  answer = (request, response) =>
    response.writeHead(200, { 'content-type': 'application/xml' }).end(request.method === 'POST' ? result : list);
  await expect(openObjectStore('bucket', true).deleteAll('variants/a/')).rejects.toThrow(
    '1 objects were not deleted; the first error is InternalError',
  );
});
