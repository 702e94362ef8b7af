import type { ApiDeps } from '../../../lambda/domain/ports';
import { answer } from '../../../lambda/http/app';

/** The detail of a problem, with the status in front. Each request fails before it needs a table. */
async function readDetail(
  method: 'GET' | 'POST', resource: string, query: Record<string, string>, body?: object,
): Promise<string> {
  const reply = await answer({
    method,
    resource,
    path: resource,
    parameters: {},
    query: new Map(Object.entries(query).map(([name, value]) => [name, [value]])),
    headers: new Map([['x-user-id', ['bob']], ['x-user-groups', ['staff']]]),
    body: Buffer.from(body ? JSON.stringify(body) : ''),
    requestId: 'r',
  }, {
    access: 'iam',
    deps: { policy: { accept: ['image/jpeg'] }, delivery: { mode: 'signed' }, clock: { now: () => 0 } } as unknown as ApiDeps,
    corsOrigins: [],
    onError: error => { throw error; },
    onAnswer: () => undefined,
  });
  return `${reply.status} ${(JSON.parse(reply.body!) as { detail: string }).detail}`;
}

const makeTexts = (count: number): string[] => Array.from({ length: count }, (_, n) => `user:u${n}`);

test('the list of a group names the group, and where the groups of a caller come from', async () => {
  expect(await readDetail('GET', '/images', { group: 'editors' })).toBe(
    '403 group must be one of the caller\'s groups, got "editors"; groups come from the token\'s groups claim, or from x-user-groups.',
  );
});

test('a parameter with one value says so', async () => {
  expect(await readDetail('GET', '/images', { shared: 'yes' })).toBe(
    '400 shared must be true, or be left out, got "yes".',
  );
});

test('a parameter with several values lists them', async () => {
  expect(await readDetail('GET', '/images', { status: 'new' })).toBe(
    '400 status must be one of processing, ready, rejected, failed, got "new".',
  );
});

test.each([0, 101])('a list of %i ids says how many there are', async count => {
  expect(await readDetail('POST', '/images/batch-get', {}, { image_ids: makeTexts(count) })).toBe(
    `400 /image_ids must be 1 to 100 ids, got an array of ${count}.`,
  );
});

test('too many shares say how many there are, each counted once', async () => {
  const shared_with = [...makeTexts(21), 'user:u0'];
  expect(await readDetail('POST', '/images', {}, { content_type: 'image/jpeg', size: 1, shared_with })).toBe(
    '400 /shared_with must be at most 20 different entries (share with more people by a group), got an array of 21.',
  );
});
