import { randomUUID } from 'node:crypto';
import matrix from './access-matrix.json';
import { REQUESTS } from './route-requests';
import { type Operation, ROUTES } from '../../src/contract';
import { Client, expectStatus } from '../acceptance/support/client';
import type { BatchResults, ImageView, Problem } from '../acceptance/support/model';
import type { Reply } from '../acceptance/support/reply';
import { createInProcessEnvironment } from '../environments/in-process';
import { type Issuer, signToken, startIssuer } from '../support/issuer';
import { buildTokenSettings, KEY, SCOPES, TokenClient, TokenMaker } from '../support/token-access';

/**
 * Every route for every kind of caller, in the mode of tokens. The gateway in front of the handlers asks the authorizer
 * as API Gateway does (local/server/authorizer.ts).
 */
type Headers = readonly (readonly [string, string])[];

/** An image that `owner` shares with `user:named-…` and with `group:editors-…`. */
interface Scene {
  readonly owner: string;
  readonly named: string;
  readonly group: string;
  readonly imageId: string;
}

interface CallerKind {
  readonly headers: (scene: Scene) => Headers;
  /** The id that the caller asks for, if it is not the image's. */
  readonly id?: (scene: Scene) => string;
}

let issuer: Issuer;
let tokens: TokenMaker;
let environment: ReturnType<typeof createInProcessEnvironment>;

beforeAll(async () => {
  issuer = await startIssuer([KEY]);
  tokens = new TokenMaker(issuer);
  environment = createInProcessEnvironment({ authorizer: buildTokenSettings(issuer.url) });
  await environment.start();
}, 60_000);
afterAll(async () => Promise.all([environment.stop(), issuer.close()]));

const bearer = (token: string, ...more: Headers): Headers => [['authorization', `Bearer ${token}`], ...more];
const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

const CALLERS: Readonly<Record<string, CallerKind>> = {
  'no token': { headers: () => [] },
  'malformed': { headers: () => bearer('a.b.c') },
  'expired': { headers: ({ owner }) => bearer(tokens.user(owner, { exp: ago(90) })) },
  'not yet valid': { headers: ({ owner }) => bearer(tokens.user(owner, { nbf: ago(-90) })) },
  'wrong issuer': { headers: ({ owner }) => bearer(tokens.user(owner, { iss: 'https://issuer.example' })) },
  'wrong audience': { headers: ({ owner }) => bearer(tokens.user(owner, { aud: 'other' })) },
  'alg none': { headers: ({ owner }) => bearer(tokens.unsigned(owner)) },
  'HS256 with the public key': { headers: ({ owner }) => bearer(tokens.hmac(owner)) },
  'unknown key id': { headers: ({ owner }) => bearer(tokens.unknownKey(owner)) },
  'two tokens': { headers: ({ owner }) => [...bearer(tokens.user(owner)), ...bearer(tokens.user(owner))] },
  'user that is no name': { headers: ({ owner }) => bearer(tokens.user(`${owner}/..`)) },
  'missing scope': { headers: ({ owner }) => bearer(tokens.user(owner, { scope: 'images/used' })) },
  'trusted without the required scope': {
    headers: ({ owner }) => bearer(tokens.trusted({ scope: SCOPES.TRUSTED }), ['x-user-id', owner]),
  },
  'owner': { headers: ({ owner }) => bearer(tokens.user(owner)) },
  'named user': { headers: ({ named }) => bearer(tokens.user(named)) },
  'group member': { headers: ({ group }) => bearer(tokens.user(randomUUID(), { groups: ['others', group] })) },
  'stranger': { headers: ({ owner }) => bearer(tokens.user(`${owner}x`, { groups: ['others'] })) },
  "owner, id of another tenant's shape": {
    headers: ({ owner }) => bearer(tokens.user(owner)), id: ({ imageId }) => `${'0'.repeat(26)}.${imageId}`,
  },
  'service': { headers: () => bearer(tokens.trusted(), ['x-act-as', 'service']) },
  'service with a user': {
    headers: ({ owner }) => bearer(tokens.trusted(), ['x-act-as', 'service'], ['x-user-id', owner]),
  },
  'service with groups': {
    headers: ({ group }) => bearer(tokens.trusted(), ['x-act-as', 'service'], ['x-user-groups', group]),
  },
  'untrusted service': { headers: ({ owner }) => bearer(tokens.user(owner), ['x-act-as', 'service']) },
  'trusted, naming the owner': { headers: ({ owner }) => bearer(tokens.trusted(), ['x-user-id', owner]) },
  'trusted, naming a group member': {
    headers: ({ group }) => bearer(tokens.trusted(), ['x-user-id', randomUUID()], ['x-user-groups', `a,${group}`]),
  },
  // The token's own claims count for nothing.
  'trusted, naming a stranger': {
    headers: ({ owner, group }) => bearer(tokens.trusted({ sub: owner, groups: [group] }), ['x-user-id', `${owner}x`]),
  },
  'trusted, naming nobody': { headers: ({ owner }) => bearer(tokens.trusted({ sub: owner })) },
  'trusted scope without a trusted client, naming the owner': {
    headers: ({ owner }) => bearer(tokens.trusted({ sub: 'mallory', azp: 'web' }), ['x-user-id', owner]),
  },
  'stranger with x-user-id of the owner': {
    headers: ({ owner }) => bearer(tokens.user(`${owner}x`), ['x-user-id', owner]),
  },
  'stranger with x-user-groups': {
    headers: ({ owner, group }) => bearer(tokens.user(`${owner}x`), ['x-user-groups', group]),
  },
  'stranger with x-tenant-id': { headers: ({ owner }) => bearer(tokens.user(`${owner}x`), ['x-tenant-id', 't']) },
  'owner with an empty x-user-id': { headers: ({ owner }) => bearer(tokens.user(owner), ['x-user-id', '']) },
};

const CELLS = Object.entries(matrix).flatMap(([operation, row]) =>
  Object.entries(row).map(([caller, outcome]) => [operation as Operation, caller, outcome] as const));

test('the matrix lists every route and every kind of caller', () => {
  expect(Object.keys(matrix).sort()).toEqual(ROUTES.map(route => route.operation).sort());
  for (const row of Object.values(matrix)) expect(Object.keys(row).sort()).toEqual(Object.keys(CALLERS).sort());
});

/** Confirm is tried on an upload that nobody has confirmed, and all else on a ready image. */
async function setScene(operation: Operation): Promise<Scene & { readonly client: Client }> {
  const [owner, named, group] = ['owner', 'named', 'editors'].map(name => `${name}-${randomUUID()}`);
  const client = new TokenClient(environment, owner, bearer(tokens.user(owner)));
  const fields = { filename: 'mine.jpg', shared_with: [`user:${named}`, `group:${group}`] };
  const { image_id: imageId } = operation === 'confirmImage'
    ? await client.createUploaded(fields)
    : await client.createReady(fields);
  return { client, owner, named, group, imageId };
}

test.each(CELLS)('%s by %s gets %s', async (operation, caller, outcome) => {
  const { client, ...scene } = await setScene(operation);
  const before = await client.get(scene.imageId);
  const { headers, id = ({ imageId }) => imageId } = CALLERS[caller];
  const [method, target, options] = REQUESTS[operation](id(scene));
  const reply = await new Client(environment).call(method, target, { ...options, user: null, headers: headers(scene) });
  expect(readOutcome(operation, reply)).toBe(outcome);
  if (reply.status === 401) expect(reply.headers('www-authenticate')).toEqual(['Bearer']);
  if (isOwner(caller)) return;
  expect(expectStatus(await client.get(scene.imageId), 200).body.equals(before.body)).toBe(true);
  const seen = findImage(operation, reply);
  if (seen !== undefined) expect(Object.keys(seen).sort()).toEqual(caller === 'service' ? OWNERS_VIEW : VIEWERS_VIEW);
});

const isOwner = (caller: string) => ['owner', 'trusted, naming the owner'].includes(caller);

const VIEWERS_VIEW = [
  'animated', 'content_type', 'created_at', 'format', 'height', 'image_id', 'placeholder', 'status', 'updated_at',
  'variants', 'width',
];
const OWNERS_VIEW = [
  ...VIEWERS_VIEW, 'checksum_sha256', 'filename', 'rejection', 'shared_with', 'size', 'tags', 'user_id', 'version',
  'visibility',
].sort();

interface Found {
  readonly results: readonly { readonly status: number; readonly image?: ImageView; readonly problem?: Problem }[];
}

function findImage(operation: Operation, reply: Reply): ImageView | undefined {
  if (reply.status !== 200) return undefined;
  if (operation === 'getImage') return reply.json<ImageView>();
  return operation === 'batchGetImages' ? reply.json<Found>().results[0].image : undefined;
}

/** `200 [404 not-found]` lists a batch's result for each id. */
function readOutcome(operation: Operation, reply: Reply): string {
  if (reply.status >= 400) return `${reply.status} ${reply.json<Problem>().code}`;
  if (!['batchDeleteImages', 'batchGetImages'].includes(operation)) return String(reply.status);
  const results = reply.json<BatchResults>().results.map(
    ({ status, problem }) => [status, problem?.code].filter(Boolean).join(' '),
  );
  return `${reply.status} [${results.join(', ')}]`;
}

test('a token signed by a key of another issuer opens nothing', async () => {
  const { client, ...scene } = await setScene('getImage');
  const token = signToken(KEY, { ...tokens.claims(scene.owner), iss: `${issuer.url}/` });
  const reply = await new Client(environment).call('GET', `/images/${scene.imageId}`, { user: null, headers: bearer(token) });
  expectStatus(reply, 401);
});
