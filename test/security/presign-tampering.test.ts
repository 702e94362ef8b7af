import { createHash } from 'node:crypto';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { BUCKET, CREDENTIALS, presign, REGION, send, type Request } from './presigned';
import { listMutations } from './presigned-mutations';
import { useStorage } from '../support/engines';

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

const engine = useStorage({ maxSignatureAgeMs: 900_000, conditionalPrefix: 'originals/' });

beforeAll(async () => {
  const upload = await presign(engine.endpoint, { ...CASES.upload, key: 'variants/there' });
  expect((await send(engine.endpoint, upload)).status).toBe(200);
});

async function listKeys(): Promise<string[]> {
  const client = new S3Client({
    endpoint: engine.endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true,
  });
  const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  client.destroy();
  return contents.map(({ Key: key }) => key!);
}

describe.each(Object.entries(CASES))('a changed %s', (name, request) => {
  test('is refused with the S3 error for each change and stores nothing; the unchanged one is accepted', async () => {
    const before = await listKeys();
    const mutations = await listMutations(engine.endpoint, request);
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
    expect(await listKeys()).toEqual(before);
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
