import matrix from './authz-matrix.json';
import { REQUESTS } from './route-requests';
import { ROUTES, type Operation } from '../../src/contract';
import { Client, expectStatus } from '../acceptance/support/client';
import type { BatchResults, ImagePage, Problem } from '../acceptance/support/model';
import type { Reply } from '../acceptance/support/reply';
import { createEnvironment } from '../environments/select';

const environment = createEnvironment();
beforeAll(async () => environment.start(), 60_000);
afterAll(async () => environment.stop());

type Headers = Array<[string, string]>;

/** The caller, and the image if it is not the owner's. */
const CALLERS: Record<string, { headers: (owner: string) => Headers; image?: string }> = {
  'none': { headers: () => [] },
  'empty': { headers: () => [['x-user-id', '']] },
  'malformed': { headers: owner => [['x-user-id', `${owner}/..`]] },
  'too-long': { headers: owner => [['x-user-id', owner.padEnd(129, 'x')]] },
  'doubled': { headers: owner => [['x-user-id', owner], ['x-user-id', owner]] },
  'tenant-named': { headers: owner => [['x-user-id', owner], ['x-tenant-id', 't1']] },
  'owner': { headers: owner => [['x-user-id', owner]] },
  'other': { headers: owner => [['x-user-id', `${owner}x`]] },
  'unknown-image': { headers: owner => [['x-user-id', owner]], image: '01ARZ3NDEKTSV4RRFFQ69G5FAV' },
  'impossible-image': { headers: owner => [['x-user-id', owner]], image: '%21%00' },
};

const CELLS = Object.entries(matrix).flatMap(([operation, row]) =>
  Object.entries(row).map(([caller, outcome]) => [operation as Operation, caller, outcome] as const));

test('the matrix lists every endpoint and every caller', () => {
  expect(Object.keys(matrix).sort()).toEqual(ROUTES.map(route => route.operation).sort());
  for (const row of Object.values(matrix)) expect(Object.keys(row).sort()).toEqual(Object.keys(CALLERS).sort());
});

test.each(CELLS)('%s by %s gets %s', async (operation, caller, outcome) => {
  const owner = new Client(environment);
  const image = operation === 'confirmImage'
    ? await owner.createUploaded()
    : await owner.createReady({ filename: 'mine.jpg' });
  const before = await owner.get(image.image_id);
  const { headers, image: target = image.image_id } = CALLERS[caller];
  const [method, path, options] = REQUESTS[operation](target);
  const reply = await owner.call(method, path, { ...options, user: null, headers: headers(owner.user) });
  expect(readOutcome(operation, reply)).toBe(outcome);
  if (caller === 'owner') return;
  expect(expectStatus(await owner.get(image.image_id), 200).body.equals(before.body)).toBe(true);
  if (operation === 'listImages' && caller === 'other') expect(reply.json<ImagePage>().images).toEqual([]);
});

test.each(['getImage', 'updateImage', 'deleteImage', 'confirmImage', 'downloadImage'] as const)(
  '%s answers with the same bytes for an image of another user, an unknown and an impossible one', async operation => {
    const theirs = await new Client(environment).createReady();
    const mine = new Client(environment);
    const bodies = [];
    for (const id of [theirs.image_id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', '%21', '%00', 'a'.repeat(201), '%zz']) {
      const reply = await mine.call(...REQUESTS[operation](id));
      const { instance } = reply.json<Problem>();
      bodies.push(reply.body.toString().replace(JSON.stringify(instance), '""'));
    }
    expect(new Set(bodies).size).toBe(1);
  });

/** `200 [404 not-found]` lists a batch's result for each id. */
function readOutcome(operation: Operation, reply: Reply): string {
  if (reply.status >= 400) return `${reply.status} ${reply.json<Problem>().code}`;
  if (operation !== 'batchGetImages' && operation !== 'batchDeleteImages') return String(reply.status);
  const results = reply.json<BatchResults>().results.map(
    ({ status, problem }) => [status, problem?.code].filter(Boolean).join(' '),
  );
  return `${reply.status} [${results.join(', ')}]`;
}
