import type { TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';

interface Count {
  used: number | null;
  limit: number | null;
}

export function usageAndHealthSuite(environment: TestEnvironment): void {
  const client = new Client(environment);

  test('GET /usage answers counts, without a limit where there are no quotas', async () => {
    const usage = expectStatus(await client.call('GET', '/usage'), 200).json<Record<string, Count>>();
    expect(Object.keys(usage).sort()).toEqual(['bytes', 'images']);
    for (const count of Object.values(usage)) {
      expect(Object.keys(count).sort()).toEqual(['limit', 'used']);
      expect(count.limit).toBeNull();
      expect(count.used === null || count.used === 0).toBe(true);
    }
  });

  test('GET /usage knows no query', async () => {
    expectProblem(await client.call('GET', '/usage?limit=1'), 'invalid-request', ['limit']);
  });

  test.each([['nobody', []], ['an empty user', [['x-user-id', '']]], ['an impossible user', [['x-user-id', 'a b']]],
    [
      'two users', [['x-user-id', 'a'], ['x-user-id', 'b']],
    ], ['a tenant', [['x-tenant-id', 't']]]] as Array<[string, Array<[string, string]>]>)(
    'GET /health reads no principal: %s', async (_, headers) => {
      const reply = await client.call('GET', '/health', { user: null, headers });
      expect(expectStatus(reply, 200).json()).toEqual({ status: 'ok' });
    });

  test.each(['', '?', '?x=1', '?x=1&x=1', '?status=bad', '/', '/?x'])(
    'GET /health reads no query: %s', async suffix => {
      expect(expectStatus(await client.call('GET', `/health${suffix}`, { user: null }), 200).json()).toEqual({
        status: 'ok',
      });
    },
  );
}
