import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import type { Reply } from '../support/reply';

export function headSuite(environment: TestEnvironment): void {
  describe('HEAD answers like GET, without the body', () => {
    const client = new Client(environment);
    const targets: Record<string, string> = {};

    beforeAll(async () => {
      const { image_id: ready } = await client.createReady({ filename: 'a.jpg' });
      const { image_id: pending } = await client.createUploaded();
      Object.assign(targets, {
        'an image': `/images/${ready}`,
        'no image': '/images/unknown',
        'an impossible id': '/images/%20',
        'the list': '/images?limit=1',
        'a bad query': '/images?limit=0',
        'a bad cursor': '/images?cursor=x',
        'a download': `/images/${ready}/download`,
        'a redirect': `/images/${ready}/download?redirect=true`,
        'no download yet': `/images/${pending}/download`,
        'usage': '/usage',
        'health': '/health?x=1',
        'no route': '/nowhere',
      });
    });

    test.each([
      'an image', 'no image', 'an impossible id', 'the list', 'a bad query', 'a bad cursor', 'a download', 'a redirect',
      'no download yet', 'usage',
      'health', 'no route',
    ])('%s', async name => {
      expect(summary(await client.call('HEAD', targets[name]))).toEqual(
        summary(await client.call('GET', targets[name])),
      );
    });

    test('without a principal', async () => {
      expect((await client.call('HEAD', '/images', { user: null })).status).toBe(401);
      expect((await client.call('HEAD', '/health', { user: null })).status).toBe(200);
    });
  });
}

/** RFC 9110, section 9.3.2, lets HEAD omit `content-length`; two URLs signed a moment apart differ. */
function summary(reply: Reply): object {
  return {
    status: reply.status,
    type: reply.header('content-type'),
    redirects: reply.header('location') !== undefined,
  };
}
