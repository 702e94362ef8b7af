import { ROUTES, SERVICE_OPERATIONS } from '../../../src/contract';
import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';

type Headers = Array<[string, string]>;

const SERVICE: Headers = [['x-act-as', 'service']];

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

    test('the service reads the images of all users, in the view of their owners', async () => {
      const { image_id: id } = await client.createReady();
      const own = await client.image(id);
      for (const headers of [[['x-act-as', 'service']], [['X-Act-As', 'service'], ['x-user-groups', '']]]) {
        const reply = await client.call('GET', `/images/${id}`, { user: null, headers: headers as Headers });
        expect(expectStatus(reply, 200).json()).toEqual({ ...own, variants: expect.any(Array) });
      }
      for (const absent of ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 'no-id']) {
        const reply = await client.call('GET', `/images/${absent}`, { user: null, headers: SERVICE });
        expectProblem(reply, 'not-found');
      }
    });

    test('every route but those that read images needs a user', async () => {
      const { image_id: id } = await client.createReady();
      for (const { operation, method, resource, open } of ROUTES) {
        if (open || (SERVICE_OPERATIONS as readonly string[]).includes(operation)) continue;
        const reply = await client.call(method, resource.replace('{image_id}', id), { user: null, headers: SERVICE });
        expectProblem(reply, 'unauthenticated');
      }
      expectStatus(await client.get(id), 200);
    });

    test.each<[string, Headers]>([
      ['another role', [['x-act-as', 'admin']]],
      ['a role beside a user', [['x-act-as', 'service'], ['x-user-id', 'alice']]],
      ['a role beside groups', [['x-act-as', 'service'], ['x-user-groups', 'a']]],
      ['a role given twice', [['x-act-as', 'service'], ['x-act-as', 'service']]],
      ['groups given twice', [['x-user-id', 'alice'], ['x-user-groups', 'a'], ['x-user-groups', 'b']]],
      ['an empty group', [['x-user-id', 'alice'], ['x-user-groups', 'a,,b']]],
      ['a group that is no name', [['x-user-id', 'alice'], ['x-user-groups', 'a, b']]],
      ['101 groups', [['x-user-id', 'alice'], ['x-user-groups', Array(101).fill('a').join(',')]]],
    ])('%s is 400', async (_, headers) => {
      expectProblem(await as(headers), 'invalid-principal');
    });

    test('100 groups and empty headers are no error', async () => {
      expectStatus(await as([['x-user-id', 'alice'], ['x-user-groups', Array(100).fill('a').join(',')]]), 200);
      const empty: Headers = [['x-user-groups', ''], ['x-tenant-id', ''], ['x-act-as', '']];
      expectStatus(await as([['x-user-id', 'alice'], ...empty]), 200);
      expectProblem(await as(empty), 'unauthenticated');
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
