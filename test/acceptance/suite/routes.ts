import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';

const RESOURCES: Array<[string, string[]]> = [
  ['/images', ['GET', 'HEAD', 'POST']],
  ['/images/batch-get', ['POST']],
  ['/images/batch-delete', ['POST']],
  ['/images/some-id', ['DELETE', 'GET', 'HEAD', 'PATCH']],
  ['/images/some-id/confirm', ['POST']],
  ['/images/some-id/download', ['GET', 'HEAD']],
  ['/usage', ['GET', 'HEAD']],
  ['/health', ['GET', 'HEAD']],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

export function routesSuite(environment: TestEnvironment): void {
  const client = new Client(environment);

  describe.each(RESOURCES)('%s', (path, allowed) => {
    test.each(METHODS.filter(method => !allowed.includes(method)))(
      '%s is 405 with Allow for every caller', async method => {
        for (const user of [client.user, null]) {
          for (const target of [path, `${path}/`, `${path}?x=1`]) {
            const reply = expectStatus(await client.call(method, target, { user }), 405);
            expect((reply.header('allow') ?? '').split(/\s*,\s*/).sort()).toEqual(allowed);
            if (method !== 'HEAD') expectProblem(reply, 'method-not-allowed');
          }
        }
      },
    );
  });

  test.each([
    '/', '/Images', '/IMAGES', '/images//', '//images', '//', '/image', '/imagess', '/images/a/confirm/',
    '/images/a/Confirm', '/images/a/b', '/images/a/confirm/x',
    '/images/a//', '/images//confirm', '/usage/x', '/Usage', '/health/live', '/HEALTH', '/favicon.ico', '/images.json',
    '/%00', '/images/batch-delete/x',
    '/v1/images', '/api', '/.env', '/images/a/download/x', '/index.html', '/__proto__', '/constructor',
    '/images/../usage', '/./images',
  ].filter(path => path !== '/images/a/confirm/'))('GET %s is no route', async path => {
    expectProblem(await client.call('GET', path), 'no-such-route');
    expectProblem(await client.call('GET', path, { user: null }), 'no-such-route');
    expectProblem(await client.call('DELETE', path, { user: null }), 'no-such-route');
  });

  test('one trailing slash is ignored', async () => {
    const { image_id: id } = await client.createUploaded();
    expectStatus(await client.call('POST', `/images/${id}/confirm/`), 200);
    expectStatus(await client.call('GET', `/images/${id}/`), 200);
    expectStatus(await client.call('GET', `/images/${id}/download/`), 200);
    expectStatus(await client.call('GET', '/images/?limit=1'), 200);
    expectStatus(await client.call('GET', '/usage/'), 200);
    expectStatus(await client.call('POST', '/images/batch-delete/', { json: { image_ids: [id] } }), 200);
    expectStatus(await client.call('POST', '/images/', { json: { content_type: 'image/png', size: 1 } }), 201);
  });

  test('an empty query is ignored', async () => {
    expectStatus(await client.call('GET', '/images?'), 200);
  });

  test.each([
    ['POST', '/images'], ['GET', '/images/x'], ['PATCH', '/images/x'], ['DELETE', '/images/x'],
    ['POST', '/images/x/confirm'],
    ['GET', '/images/x/download'], ['POST', '/images/batch-get'],
    ['POST', '/images/batch-delete'], ['GET', '/usage'],
  ])('%s %s knows no parameter "colour"', async (method, path) => {
    const json = method === 'GET' || method === 'DELETE' ? undefined : {};
    for (const query of ['colour=red', 'colour', 'colour=', 'colour=1&colour=2']) {
      expectProblem(await client.call(method, `${path}?${query}`, { json }), 'invalid-request', ['colour']);
    }
  });

  test('the service makes the request id, whatever the client sends', async () => {
    for (const target of ['/images', '/health', '/nowhere', '/images/x']) {
      await client.call('GET', target, { headers: { 'x-request-id': 'mine' } });
    }
  });

  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])('%s changes nothing', async header => {
    const { image_id: id } = await client.createImage({ content_type: 'image/png', size: 1 });
    expectStatus(await client.call('GET', `/images/${id}`, { headers: { [header]: 'DELETE' } }), 200);
    expectStatus(await client.get(id), 200);
  });

  test('a body is ignored on routes that read none', async () => {
    const { image_id: id } = await client.createImage({ content_type: 'image/png', size: 1 });
    expectStatus(await client.call('GET', `/images/${id}`, { headers: { 'content-type': 'text/plain' } }), 200);
    expectStatus(await client.call('DELETE', `/images/${id}`, { json: {} }), 204);
  });
}
