import type { CreateEnvironment, TestEnvironment } from '../../environments/environment';
import { Client, expectStatus } from '../support/client';
import { expectProblem } from '../support/problems';
import type { Reply } from '../support/reply';

const LISTED = ['https://app.example.com', 'http://localhost:3000'];
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,idempotency-key,x-user-id',
};
const corsHeaders = (reply: Reply): string[] => reply.headerNames.filter(name => name.startsWith('access-control-'));

export function corsOffSuite(environment: TestEnvironment): void {
  describe('CORS is off', () => {
    const client = new Client(environment);

    test.each(['/images', '/images/x', '/images/x/confirm', '/health'])(
      'OPTIONS %s is 405, a preflight too', async path => {
        for (const headers of [{}, { origin: LISTED[0], ...PREFLIGHT }]) {
          expectProblem(await client.call('OPTIONS', path, { user: null, headers }), 'method-not-allowed');
        }
      },
    );

    test('no origin gets a header', async () => {
      for (const origin of [...LISTED, 'null']) {
        for (const path of ['/images', '/images/x', '/health', '/nowhere']) {
          expect(corsHeaders(await client.call('GET', path, { headers: { origin } }))).toEqual([]);
        }
      }
    });
  });
}

export function corsOnSuite(open: CreateEnvironment): void {
  describe('CORS is on', () => {
    const environment = open({ corsOrigins: LISTED });
    const client = new Client(environment);
    beforeAll(async () => environment.start(), 60_000);
    afterAll(async () => environment.stop());

    describe.each(LISTED)('for %s', origin => {
      test.each([
        ['/images', 'POST'], ['/images', 'GET'], ['/images/x', 'PATCH'], ['/images/x', 'DELETE'],
        ['/images/x/confirm', 'POST'],
        ['/images/x/download', 'GET'], ['/images/batch-delete', 'POST'], ['/images/batch-get', 'POST'], ['/usage', 'GET'], ['/health', 'GET'],
      ])(
        'a preflight of %s for %s answers 204 without a principal', async (path, method) => {
          const headers = { origin, ...PREFLIGHT, 'access-control-request-method': method };
          const reply = expectStatus(await client.call('OPTIONS', path, { user: null, headers }), 204);
          expect(reply.header('access-control-allow-origin')).toBe(origin);
          expect(readList(reply, 'access-control-allow-methods')).toContain(method.toLowerCase());
          expect(readList(reply, 'access-control-allow-headers')).toEqual(
            expect.arrayContaining(['content-type', 'idempotency-key', 'x-user-id', 'if-match']),
          );
        });

      test('every answer carries the origin, errors too', async () => {
        for (const [target, user] of [
          ['/images', client.user], ['/images', null], ['/images/x', client.user], ['/images?limit=0', client.user],
          ['/health', null],
        ] as const) {
          const reply = await client.call('GET', target, { user, headers: { origin } });
          expect(reply.header('access-control-allow-origin')).toBe(origin);
          // The answer differs by origin: shared caches must know (Fetch standard, "CORS protocol and HTTP caches").
          expect(readList(reply, 'vary')).toContain('origin');
        }
      });
    });

    test.each([
      'https://evil.example', 'https://app.example.com.evil.example', 'https://evilapp.example.com',
      'http://app.example.com', 'https://app.example.com:8443',
      'https://app.example.com/', 'HTTPS://APP.EXAMPLE.COM', 'https://sub.app.example.com', 'null', '*', '',
      'https://app.example.co', 'app.example.com',
    ])('the origin %j gets no header', async origin => {
      const preflight = expectStatus(
        await client.call('OPTIONS', '/images', { user: null, headers: { origin, ...PREFLIGHT } }), 204,
      );
      const answers = [
        preflight, await client.call('GET', '/images', { headers: { origin } }),
        await client.call('GET', '/images/x', { headers: { origin } }),
      ];
      // A shared cache must not give this answer to a listed origin.
      for (const answer of answers) {
        expect([corsHeaders(answer), readList(answer, 'vary')]).toEqual([[], expect.arrayContaining(['origin'])]);
      }
    });

    test('without an origin there is no header', async () => {
      const answer = await client.call('GET', '/images');
      expect([corsHeaders(answer), readList(answer, 'vary')]).toEqual([[], expect.arrayContaining(['origin'])]);
    });

    test('a preflight of an unknown route is 404', async () => {
      expectProblem(
        await client.call('OPTIONS', '/nowhere', { user: null, headers: { origin: LISTED[0], ...PREFLIGHT } }),
        'no-such-route',
      );
    });
  });
}

function readList(reply: Reply, name: string): string[] {
  return (reply.header(name) ?? '').toLowerCase().split(/\s*,\s*/);
}
