import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectTaggingCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { createToken } from '../../local/auth/create-token';
import { readIssuerKey, type IssuerKey } from '../../local/auth/issuer-key';
import { DEVELOPMENT_SETTINGS } from '../../local/auth/token-settings';
import { DataFolder } from '../../local/backends/data-folder';
import { LOCAL } from '../../local/names';
import { photo, type Picture } from '../acceptance/support/pictures';
import { createLocalServerEnvironment } from '../environments/local-server';
import { listEncodings } from '../support/canaries';

jest.setTimeout(120_000);

/** User ids as identity providers make them, with every character that a user id may have. */
const OWNERS = [
  'first.last+images@example.com', 'auth0|5f7c8ec7c33c6c004bbafe82', 'urn:example:user:4711', 'Uid=jdoe_42-x|OU=people',
];
const VIEWER = 'second.person@example.net';
const GROUP = 'family:first.last@example.org';

/** An answer with the places in it where an identifier could show. */
interface Answer {
  readonly status: number;
  readonly text: string;
  /** Status line's fields and all headers. */
  readonly head: string;
  readonly cookies: readonly string[];
}

/** Collected texts, each with the place where it was seen. */
type Seen = readonly [place: string, text: string];

/** Lists the places that hold an identifier: plain, percent-encoded, in hexadecimal or base64. */
function findLeaks(seen: readonly Seen[], identifiers: readonly string[]): string[] {
  const forms = identifiers.flatMap(listForms);
  return seen.filter(([, text]) => forms.some(form => text.includes(form))).map(([place, text]) => `${place}: ${text}`);
}

function listForms(identifier: string): string[] {
  const twice = encodeURIComponent(encodeURIComponent(identifier));
  return [identifier, identifier.toLowerCase(), twice].flatMap(listEncodings);
}

const environment = createLocalServerEnvironment({ processing: true, tokens: DEVELOPMENT_SETTINGS });
const seen: Seen[] = [];
/** Answers to users that are not the owner, by owner. */
const toOthers: Record<string, Seen[]> = Object.fromEntries(OWNERS.map(owner => [owner, []]));
const statuses: number[] = [];
let key: IssuerKey;
let picture: Picture;

function issue(user: string, groups: readonly string[] = []): string {
  return createToken(key, { issuer: environment.url(), user, groups, client: 'web', expiresInSeconds: 3600 });
}

async function call(token: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${environment.url()}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, ...body && { 'content-type': 'application/json' } },
    body: body && JSON.stringify(body),
  });
  const answer = {
    status: response.status,
    text: await response.text(),
    head: JSON.stringify([...response.headers]),
    cookies: response.headers.getSetCookie(),
  };
  statuses.push(answer.status);
  collect(`${method} ${path}`, answer);
  return answer;
}

/** An owner sees the own id in the body. URLs, headers and cookies hold it nowhere. */
function collect(place: string, { text, head, cookies }: Answer): void {
  seen.push([place, head], ...cookies.flatMap((cookie): Seen[] => [[place, cookie], [place, decodeCookie(cookie)]]));
  for (const [url] of text.matchAll(/https?:[^"\s]+/g)) seen.push([place, url], [place, decodePolicy(url)]);
}

/** CloudFront's alphabet in place of `+`, `=` and `/`. */
function decodeBase64(value: string): string {
  return Buffer.from(value.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64').toString();
}

function decodeCookie(cookie: string): string {
  return decodeBase64(/=([^;]*)/.exec(cookie)![1]);
}

function decodePolicy(url: string): string {
  return decodeBase64(new URL(url).searchParams.get('Policy') ?? '');
}

interface Image {
  readonly image_id: string;
  readonly status: string;
  readonly variants: { readonly url: string }[];
}

async function createReady(token: string): Promise<Image> {
  const created = await call(token, 'POST', '/images', {
    content_type: picture.type, size: picture.bytes.length, filename: 'holiday.jpg', tags: ['holiday'],
  });
  const { image_id: id, upload } = JSON.parse(created.text) as {
    image_id: string; upload: { url: string; headers: Record<string, string> };
  };
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(picture.bytes) });
  await call(token, 'POST', `/images/${id}/confirm`);
  let image: Image;
  do {
    await pause(200);
    image = JSON.parse((await call(token, 'GET', `/images/${id}`)).text) as Image;
  } while (image.status === 'processing');
  expect(image.status).toBe('ready');
  return image;
}

/** Each route, also with mistakes of the owner. */
async function useAsOwner(token: string, { image_id: id, variants: [{ url }] }: Image): Promise<void> {
  for (const variant of [url, url.replace('Signature=', 'Signature=x'), url.split('?')[0], `${url}&x=1`]) {
    const response = await fetch(variant);
    seen.push(['variant', JSON.stringify([response.status, ...response.headers, response.url])]);
    await response.arrayBuffer();
  }
  for (const [method, path, body] of [
    ['GET', '/images'], ['GET', '/images?limit=1&tag=holiday'], ['GET', '/images?cursor=none'], ['GET', '/usage'],
    ['GET', `/images/${id}/download`], ['GET', `/images/${id}/download?redirect=true`], ['POST', '/cdn-session'],
    ['POST', '/images/batch-get', { image_ids: [id, 'none'] }], ['POST', '/images/batch-delete', { image_ids: ['none'] }],
    ['POST', '/images', { content_type: 'text/html', size: -1 }], ['PATCH', `/images/${id}`, { shared_with: 'all' }],
    ['PUT', '/images'], ['GET', '/nothing'],
    ['PATCH', `/images/${id}`, { shared_with: [`user:${VIEWER}`, `group:${GROUP}`] }],
  ] as [string, string, object?][]) await call(token, method, path, body);
}

async function useAsOther(token: string, owner: string, { image_id: id }: Image): Promise<void> {
  for (const [method, path, body] of [
    ['GET', `/images/${id}`], ['POST', '/images/batch-get', { image_ids: [id] }], ['GET', '/images?shared=true'],
    ['GET', `/images?group=${encodeURIComponent(GROUP)}`], ['GET', `/images/${id}/download`], ['DELETE', `/images/${id}`],
    ['PATCH', `/images/${id}`, { tags: [] }], ['POST', `/images/${id}/confirm`], ['POST', '/cdn-session'],
  ] as [string, string, object?][]) {
    const { text, head } = await call(token, method, path, body);
    toOthers[owner].push([`${method} ${path}`, text], [`${method} ${path}`, head]);
  }
}

/** Shares, publishes and deletes an image of each owner. */
async function liveThrough(owner: string): Promise<void> {
  const token = issue(owner, [GROUP]);
  const image = await createReady(token);
  await useAsOwner(token, image);
  await useAsOther(issue(VIEWER, [GROUP]), owner, image);
  await call(token, 'PATCH', `/images/${image.image_id}`, { visibility: 'public' });
  const { variants: [{ url }] } = JSON.parse((await call(token, 'GET', `/images/${image.image_id}`)).text) as Image;
  const published = await fetch(url);
  seen.push(['public variant', JSON.stringify([published.status, ...published.headers])]);
  expect(published.status).toBe(200);
  await published.arrayBuffer();
  await useAsOther(issue('stranger'), owner, image);
}

/** Keys, metadata and tags of every object, as storage has them. */
async function listObjects(): Promise<Seen[]> {
  const { accessKeyId, secretAccessKey } = new DataFolder(environment.dataDir()).readCredentials();
  const client = new S3Client({
    endpoint: environment.url(),
    region: LOCAL.REGION,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const Bucket = LOCAL.BUCKET;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const objects = await Promise.all(Contents.map(async ({ Key }): Promise<Seen[]> => {
    const [{ Metadata, ...head }, { TagSet }] = await Promise.all([
      client.send(new HeadObjectCommand({ Bucket, Key })), client.send(new GetObjectTaggingCommand({ Bucket, Key })),
    ]);
    const { $metadata: _metadata, ...fields } = head;
    return [['key', Key!], ['metadata', JSON.stringify([Metadata, fields])], ['tags', JSON.stringify(TagSet)]];
  }));
  client.destroy();
  return objects.flat();
}

describe('identifiers of people', () => {
  let objects: Seen[];
  let logs: Seen[];

  beforeAll(async () => {
    picture = await photo();
    await environment.start();
    key = readIssuerKey(`${environment.dataDir()}/token-key.json`);
    for (const owner of OWNERS) await liveThrough(owner);
    objects = await listObjects();
    for (const owner of OWNERS) {
      const { images } = JSON.parse((await call(issue(owner), 'GET', '/images')).text) as { images: Image[] };
      for (const { image_id: id } of images) await call(issue(owner), 'DELETE', `/images/${id}`);
    }
    logs = environment.output().split('\n').map((line): Seen => ['log', line]);
  }, 120_000);
  afterAll(async () => environment.stop());

  const ALL = [...OWNERS, VIEWER, GROUP];

  test('are in no URL, header, signed policy or cookie', () => {
    expect(seen.length).toBeGreaterThan(200);
    expect(seen.some(([, text]) => text.includes('"Resource"'))).toBe(true);
    // The path of a group's list names the group, as the caller sent it.
    expect(findLeaks(seen.map(([place, text]): Seen => [place.replace(/\?group=.*/, ''), text]), ALL)).toEqual([]);
  });

  test('are in no key, metadata or tag of an object', () => {
    expect(objects.filter(([place]) => place === 'key').length).toBeGreaterThanOrEqual(2 * OWNERS.length);
    expect(objects.some(([, text]) => text.startsWith('variants/public/'))).toBe(true);
    expect(findLeaks(objects, ALL)).toEqual([]);
  });

  test.each(OWNERS)('an answer to another user does not hold %s', owner => {
    expect(toOthers[owner].some(([, text]) => text.includes('"variants"'))).toBe(true);
    expect(findLeaks(toOthers[owner], OWNERS)).toEqual([]);
  });

  test('are in no log line', () => {
    expect(logs.filter(([, line]) => line.startsWith('{"level"')).length).toBeGreaterThan(100);
    expect(findLeaks(logs, ALL)).toEqual([]);
  });

  test('every kind of answer was looked at', () => {
    expect([...new Set(statuses)].sort()).toEqual(expect.arrayContaining([200, 201, 204, 302, 400, 404, 405]));
  });

  test.each([
    ['plain', OWNERS[0]],
    ['percent-encoded', `x/${encodeURIComponent(OWNERS[0])}/y`],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(OWNERS[0]))],
    ['in base64 within a longer text', Buffer.from(`{"u":"${OWNERS[0]}"}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`ab${OWNERS[0]}c`).toString('base64url')],
    ['in hexadecimal', Buffer.from(OWNERS[0]).toString('hex')],
    ['in lower case', OWNERS[3].toLowerCase()],
  ])('the search finds one that is %s', (_form, text) => {
    expect(findLeaks([['planted', text]], OWNERS)).toHaveLength(1);
  });
});
