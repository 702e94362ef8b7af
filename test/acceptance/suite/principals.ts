import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';

export function principalsSuite(environment: TestEnvironment): void {
  describe('the principal', () => {
    const client = new Client(environment);
    const as = async (headers: Array<[string, string]>) => client.call('GET', '/images', { user: null, headers });

    test.each([
      ['missing', []], ['empty', [['x-user-id', '']]], ['blank', [['x-user-id', '  ']]],
    ] as Array<[string, Array<[string, string]>]>)(
      '%s is 401', async (_, headers) => {
        expectProblem(await as(headers), 'unauthenticated');
      });

    test.each([
      'a', 'A.z_0@9|x:y+z=w-', '.', '..', '...', '-', '=', '||', 'usage', '__proto__', 'u'.repeat(127), 'u'.repeat(128),
    ])('%s is a user', async user => {
      expectStatus(await client.call('GET', '/images', { user }), 200);
      const own = new Client(environment, user);
      const { image_id: id, version } = await own.createReady();
      expect(await own.image(id)).toMatchObject({ user_id: user, version });
      expectStatus(await own.delete(id), 204);
    });

    test.each([
      'u'.repeat(129), 'u'.repeat(4000), 'a b', 'a,b', 'a/b', 'a#b', 'a%41', 'a\tb', 'a;b', '"a"', "a'b", 'a\\b', 'a*',
      '<a>', '{a}', 'a?b', 'a&b', '~', 'caf\xe9',
      Buffer.from('\u{1f600}').toString('latin1'),
    ])('%j is no user', async user => {
      expectProblem(await as([['x-user-id', user]]), 'invalid-principal');
    });

    test.each([['a', 'b'], ['a', 'a'], ['a', '']])('given twice is 400: %j and %j', async (...users) => {
      expectProblem(await as(users.map(user => ['x-user-id', user])), 'invalid-principal');
      expectProblem(await as([['X-User-Id', users[0]], ['x-user-id', users[1]]]), 'invalid-principal');
    });

    test.each(['t', '_', 'a b', 'x'.repeat(200)])('a tenant is 400 where tenancy is off: %j', async tenant => {
      expectProblem(await as([['x-user-id', 'alice'], ['x-tenant-id', tenant]]), 'invalid-principal');
    });

    test('the name of the header is case-insensitive, the user is not', async () => {
      const { image_id: id } = await client.createReady();
      expectStatus(
        await client.call('GET', `/images/${id}`, { user: null, headers: { 'X-USER-ID': client.user } }), 200,
      );
      expectProblem(await new Client(environment, client.user.toUpperCase()).get(id), 'not-found');
    });

    test.each(['user_id', 'tenant_id', 'x-user-id'])(
      'nothing but the header names it: %s in query or body is unknown', async name => {
        expectProblem(await client.call('GET', `/images?${name}=alice`), 'invalid-request', [name]);
        expectProblem(await client.create({ content_type: 'image/png', size: 1, [name]: 'alice' }), 'invalid-request', [
          `/${name}`,
        ]);
        expectProblem(await client.call('GET', '/images', {
          user: null,
          headers: { 'x-amz-user': 'alice', 'authorization': 'Bearer x' },
        }), 'unauthenticated');
      },
    );
  });
}
