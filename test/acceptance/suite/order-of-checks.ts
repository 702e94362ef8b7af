import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';

const HUGE = ' '.repeat(65_537);
const TEXT = { 'content-type': 'text/plain' };

/** Tests each pair of neighbouring checks: the first check that fails answers. */
export function orderOfChecksSuite(environment: TestEnvironment): void {
  describe('the first check to fail answers', () => {
    const client = new Client(environment);
    const foreign = new Client(environment);

    test('route before method, principal and size', async () => {
      expectProblem(await client.call('PROPFIND', '/nowhere', { user: null, body: HUGE }), 'no-such-route');
    });

    test('method before principal, size and media type', async () => {
      for (const user of [null, 'not possible']) {
        expectProblem(await client.call('PUT', '/images', { user, body: HUGE, headers: TEXT }), 'method-not-allowed');
      }
    });

    test('principal before size, media type, body and query', async () => {
      for (const body of [HUGE, '{', '{}']) {
        expectProblem(await client.call('POST', '/images?x=1', { user: null, body, headers: TEXT }), 'unauthenticated');
        expectProblem(
          await client.call('POST', '/images?x=1', { user: 'not possible', body, headers: TEXT }), 'invalid-principal',
        );
      }
      expectProblem(await client.call('GET', '/images?limit=0', { user: null }), 'unauthenticated');
      expectProblem(await client.call('GET', '/images/unknown', { user: null }), 'unauthenticated');
    });

    test('size before media type, body and query', async () => {
      expectProblem(await client.call('POST', '/images?x=1', { body: HUGE, headers: TEXT }), 'body-too-large');
      expectProblem(await client.call('POST', '/images?x=1', { body: HUGE }), 'body-too-large');
    });

    test('media type before body and query', async () => {
      expectProblem(await client.call('POST', '/images?x=1', { body: '{', headers: TEXT }), 'unsupported-media-type');
      expectProblem(
        await client.call('PATCH', '/images/unknown?x=1', { body: '', headers: { 'content-encoding': 'gzip' } }),
        'unsupported-media-type',
      );
    });

    test('body and query together, before 415 and 413', async () => {
      const json = { content_type: 'text/html', size: 1e12, filename: '' };
      expectProblem(await client.call('POST', '/images?x=1', { json }), 'invalid-request', ['x', '/filename']);
      expectProblem(await client.call('POST', '/images?x=1', {
        json: { ...json, filename: 'a' },
      }), 'invalid-request', ['x']);
      expectProblem(await client.create({ ...json, filename: 'a' }), 'unsupported-type');
    });

    test('body and query before the image', async () => {
      const { image_id: theirs } = await foreign.createReady();
      for (const id of ['unknown', '%20', theirs]) {
        expectProblem(await client.patch(id, { filename: '' }), 'invalid-request', ['/filename']);
        expectProblem(await client.call('PATCH', `/images/${id}`, { body: '{' }), 'invalid-request');
        expectProblem(await client.call('GET', `/images/${id}?x=1`), 'invalid-request', ['x']);
        expectProblem(await client.call('DELETE', `/images/${id}?x=1`), 'invalid-request', ['x']);
        expectProblem(await client.call('GET', `/images/${id}/download?redirect=maybe`), 'invalid-request', [
          'redirect',
        ]);
        expectProblem(await client.call('POST', `/images/${id}/confirm`, { json: { x: 1 } }), 'invalid-request', [
          '/x',
        ]);
      }
    });

    test('body and query before the state', async () => {
      const { image_id: id } = await client.createImage({ content_type: 'image/png', size: 1 });
      expectProblem(await client.call('GET', `/images/${id}/download?x=1`), 'invalid-request', ['x']);
      expectProblem(await client.call('POST', `/images/${id}/confirm?x=1`), 'invalid-request', ['x']);
      expectProblem(await client.patch(id, { filename: '' }, { 'if-match': '"999"' }), 'invalid-request', [
        '/filename',
      ]);
    });

    test('the image before its status and version', async () => {
      const { image_id: theirs } = await foreign.createImage({ content_type: 'image/png', size: 1 });
      for (const id of ['unknown', theirs]) {
        expectProblem(await client.patch(id, { filename: 'a' }, { 'if-match': '"999"' }), 'not-found');
        expectProblem(await client.patch(id, {}, { 'if-match': 'nonsense' }), 'not-found');
        expectProblem(await client.call('GET', `/images/${id}/download`), 'not-found');
        expectProblem(await client.confirm(id), 'not-found');
      }
    });

    test('a body that is refused changes nothing', async () => {
      const before = await client.createReady({ filename: 'a.jpg', tags: ['a'] });
      expectProblem(await client.patch(before.image_id, { filename: 'b.jpg', tags: ['!'] }), 'invalid-request', [
        '/tags/0',
      ]);
      expect(expectStatus(await client.get(before.image_id), 200).json()).toEqual(before);
    });
  });
}
