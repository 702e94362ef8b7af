import type { WireResponse, TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client, put } from '../support/client';
import { imageBytes, sha256Base64 } from '../support/images';
import type { Upload } from '../support/model';
import { expectProblem } from '../support/problems';

/** Uploads over real HTTP: requests that storage accepts and requests that it refuses. */
export function uploadSuite(environment: TestEnvironment): void {
  describe('the upload request', () => {
    const client = new Client(environment);
    const bytes = imageBytes('image/png', 200);
    const start = async (fields: object = {}): Promise<{ id: string; upload: Upload }> => {
      const { image_id: id, upload } = await client.createImage({
        content_type: 'image/png',
        size: bytes.length,
        ...fields,
      });
      return { id, upload };
    };
    const expectNothingStored = async (id: string): Promise<void> => {
      expectProblem(await client.confirm(id), 'upload-missing');
    };

    test('takes the announced bytes once; a second PUT answers 412 and changes nothing', async () => {
      const { id, upload } = await start();
      expect((await put(upload, bytes)).status).toBe(200);
      expect((await put(upload, imageBytes('image/png', 200))).status).toBe(412);
      await client.confirm(id);
      expect((await put(upload, imageBytes('image/png', 200))).status).toBe(412);
    });

    test('lets one of several concurrent PUTs win', async () => {
      const { upload } = await start();
      const statuses = (await Promise.all(Array.from({ length: 8 }, async () => put(upload, bytes)))).map(
        response => response.status,
      );
      expect(statuses.filter(status => status === 200)).toHaveLength(1);
      expect(statuses.filter(status => ![200, 409, 412].includes(status))).toEqual([]);
    });

    test('takes a single byte and exactly the limit', async () => {
      for (const size of [1, 25 * 1024 * 1024]) {
        const { upload } = await client.createImage({ content_type: 'image/jpeg', size });
        expect((await put(upload, imageBytes('image/jpeg', size))).status).toBe(200);
      }
    });

    test(
      'headers that nobody signed decide nothing: an encoding is refused at confirm, the rest does not come back',
      async () => {
        const encoded = await start();
        await put(encoded.upload, bytes, { 'content-encoding': 'gzip' });
        expectProblem(await client.confirm(encoded.id), 'upload-rejected');
        const dressed = await start();
        await put(dressed.upload, bytes, {
          'cache-control': 'public, max-age=31536000',
          'content-disposition': 'inline',
          'content-language': 'de',
          'expires': 'Fri, 01 Jan 2100 00:00:00 GMT',
        });
        await client.confirm(dressed.id);
        const download = await fetch((await client.download(dressed.id)).url);
        expect(download.headers.get('cache-control')).toBe('private, no-store');
        expect(download.headers.get('content-disposition')).toMatch(/^attachment;/);
        expect([download.headers.get('content-language'), download.headers.get('expires')]).toEqual([
          'zxx', 'Thu, 01 Jan 1970 00:00:00 GMT',
        ]);
      },
    );

    const REFUSED: Array<[string, (upload: Upload) => Promise<WireResponse>]> = [
      ['a byte less', async upload => put(upload, bytes.subarray(1))],
      ['a byte more', async upload => put(upload, Buffer.concat([bytes, Buffer.from('x')]))],
      ['nothing', async upload => put(upload, Buffer.alloc(0))],
      ['another type', async upload => put(upload, bytes, { 'content-type': 'text/html' })],
      ['no type', async upload => put(upload, bytes, { 'content-type': null })],
      ['no if-none-match', async upload => put(upload, bytes, { 'if-none-match': null })],
      ['another if-none-match', async upload => put(upload, bytes, { 'if-none-match': '"x"' })],
      ['chunks of no declared length', async upload => put(upload, bytes, { 'transfer-encoding': 'chunked' })],
      ['another method', async upload => put({ ...upload, method: 'POST' }, bytes)],
      ['another key', async upload => put({ ...upload, url: upload.url.replace('?', 'x?') }, bytes)],
      [
        'a longer life',
        async upload => put({ ...upload, url: upload.url.replace('X-Amz-Expires=300', 'X-Amz-Expires=3000') }, bytes),
      ],
      ['no signature', async upload => put({ ...upload, url: upload.url.replace(/\?.*/, '') }, bytes)],
      [
        'another signature',
        async upload => put({ ...upload, url: upload.url.replace(/(X-Amz-Signature=)./, '$1g') }, bytes),
      ],
    ];
    test.each(REFUSED)('storage refuses %s', async (_, attempt) => {
      const { id, upload } = await start();
      const { status } = await attempt(upload);
      expect({ status, refused: status >= 400 && status < 500 }).toEqual({ status, refused: true });
      await expectNothingStored(id);
      expect((await put(upload, bytes)).status).toBe(200);
    });

    test('an upload URL reads nothing', async () => {
      const { upload } = await start();
      await put(upload, bytes);
      expect((await put({ ...upload, method: 'GET' }, Buffer.alloc(0))).status).toBe(403);
    });

    test('with a checksum storage takes the very bytes only', async () => {
      const { id, upload } = await start({ checksum_sha256: sha256Base64(bytes) });
      const other = imageBytes('image/png', bytes.length);
      expect((await put(upload, other)).status).toBe(400);
      expect((await put(upload, other, { 'x-amz-checksum-sha256': sha256Base64(other) })).status).toBe(403);
      expect((await put(upload, other, { 'x-amz-checksum-sha256': null })).status).toBe(403);
      await expectNothingStored(id);
      expect((await put(upload, bytes)).status).toBe(200);
      expect((await client.confirm(id)).status).toBe(200);
    });

    testIfMet(movableClock(environment))('storage refuses an expired URL', async () => {
      const { upload } = await start();
      await environment.clock?.advance(302_000);
      expect((await put(upload, bytes)).status).toBe(403);
    });
  });
}
