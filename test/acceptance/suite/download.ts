import type { TestEnvironment } from '../../environments/environment';
import { movableClock, testIfMet } from '../../support/requirements';
import { Client, expectStatus, fetchUrl } from '../support/client';
import { parseContentDisposition } from '../support/content-disposition';
import { ACCEPTED_TYPES, imageBytes } from '../support/images';
import { TIMESTAMP, type Download } from '../support/model';
import { expectProblem } from '../support/problems';

export function downloadSuite(environment: TestEnvironment): void {
  describe('GET /images/{image_id}/download', () => {
    const client = new Client(environment);
    const fetchDisposition = async ({ url }: Download) => {
      const values = (await fetchUrl(url)).headers.get('content-disposition') ?? [];
      expect(values).toHaveLength(1);
      return parseContentDisposition(values[0]);
    };

    test('answers a URL and its end; the bytes are those that were sent', async () => {
      const bytes = imageBytes('image/jpeg', 70_000);
      const { image_id: id } = await client.createReady({ bytes });
      const download = await client.download(id);
      expect(download).toEqual({
        url: expect.stringMatching(/^https?:\/\//),
        expires_at: expect.stringMatching(TIMESTAMP),
      });
      const response = await fetchUrl(download.url);
      expect(response.status).toBe(200);
      expect(response.body.equals(bytes)).toBe(true);
    });

    test.each([
      ['', 'attachment'], ['disposition=attachment', 'attachment'], ['disposition=inline', 'inline'],
      ['redirect=false', 'attachment'],
    ])(
      '"%s" is served as %s', async (query, type) => {
        const { image_id: id } = await client.createReady({ filename: 'beach.jpg' });
        expect(await fetchDisposition(await client.download(id, query))).toEqual({ type, filename: 'beach.jpg' });
      });

    // The next test covers HEIF: the contract does not say which brands make a file HEIC.
    test.each(ACCEPTED_TYPES.filter(type => type !== 'image/heif'))(
      'inline has the type that was found: %s', async type => {
        const { image_id: id } = await client.createReady({ type });
        const response = await fetchUrl((await client.download(id, 'disposition=inline')).url);
        expect(response.headers.get('content-type')).toEqual([type]);
      },
    );

    test('inline has the type that was found where HEIF was declared', async () => {
      const { image_id: id } = await client.createReady({ type: 'image/heif', bytes: imageBytes('image/heic') });
      const response = await fetchUrl((await client.download(id, 'disposition=inline')).url);
      expect(response.headers.get('content-type')).toEqual(['image/heic']);
    });

    test.each([
      ['image/jpeg', 'jpg'], ['image/png', 'png'], ['image/webp', 'webp'], ['image/avif', 'avif'], ['image/gif', 'gif'],
      ['image/heic', 'heic'],
      ['image/heif', 'heif'],
    ] as const)('a nameless %s is called <image_id>.%s', async (type, extension) => {
      const { image_id: id } = await client.createReady({ type });
      expect((await fetchDisposition(await client.download(id))).filename).toBe(`${id}.${extension}`);
    });

    test.each([
      ['invoice.html', 'invoice.html.gif'], ['photo\u202egpj.exe', 'photogpj.exe.gif'],
      ['setup.exe. . ', 'setup.exe.gif'], ['holiday.GIF', 'holiday.GIF'],
    ])('a GIF with the filename %j is called %s', async (filename, expected) => {
      const { image_id: id } = await client.createReady({ type: 'image/gif', filename });
      expect((await fetchDisposition(await client.download(id))).filename).toBe(expected);
    });

    test('has the current filename', async () => {
      const { image_id: id } = await client.createReady({ filename: 'old.jpg' });
      await client.patch(id, { filename: 'new.jpg' });
      expect((await fetchDisposition(await client.download(id))).filename).toBe('new.jpg');
    });

    test('redirect=true answers 302 with the URL', async () => {
      const bytes = imageBytes('image/jpeg');
      const { image_id: id } = await client.createReady({ bytes, filename: 'r.jpg' });
      const reply = expectStatus(
        await client.call('GET', `/images/${id}/download?redirect=true&disposition=inline`), 302,
      );
      const url = reply.header('location') ?? '';
      expect((await fetchUrl(url)).body.equals(bytes)).toBe(true);
      expect(await fetchDisposition({ url, expires_at: '' })).toEqual({ type: 'inline', filename: 'r.jpg' });
    });

    test.each([
      ['disposition', ''], ['disposition', 'ATTACHMENT'], ['disposition', 'form-data'], ['disposition', 'inline;x'],
      ['disposition', '%0D%0A'],
      ['redirect', ''], ['redirect', 'TRUE'], ['redirect', '1'], ['redirect', 'yes'],
      ['redirect', 'https://example.com'], ['format', 'webp'],
    ])('refuses %s=%s', async (name, value) => {
      const { image_id: id } = await client.createImage({ content_type: 'image/png', size: 1 });
      expectProblem(await client.call('GET', `/images/${id}/download?${name}=${value}`), 'invalid-request', [name]);
    });

    test.each(['disposition=inline&disposition=inline', 'redirect=true&redirect=false'])('refuses %s', async query => {
      expectProblem(await client.call('GET', `/images/unknown/download?${query}`), 'invalid-request', [
        query.split('=')[0],
      ]);
    });

    test('answers 409 unless the image is ready', async () => {
      const { image_id: pending } = await client.createUploaded();
      const { image_id: rejected } = await client.createRejected();
      for (const id of [pending, rejected]) {
        expectProblem(await client.call('GET', `/images/${id}/download`), 'not-ready');
        expectProblem(await client.call('GET', `/images/${id}/download?redirect=true`), 'not-ready');
      }
    });

    test('the parameters of the URL cannot be changed', async () => {
      const { image_id: id } = await client.createReady({ filename: 'safe.jpg' });
      const { url } = await client.download(id);
      for (const forged of [
        url.replace('attachment', 'inline'), url.replace('safe', 'evil'), `${url}&response-content-type=text%2Fhtml`,
        url.replace(/\?.*/, ''),
      ]) {
        expect((await fetchUrl(forged)).status).toBe(403);
      }
    });

    testIfMet(movableClock(environment))('the URL ends when it says', async () => {
      const { image_id: id } = await client.createReady();
      const { url } = await client.download(id);
      await environment.clock?.advance(302_000);
      expect((await fetchUrl(url)).status).toBe(403);
    });
  });
}
