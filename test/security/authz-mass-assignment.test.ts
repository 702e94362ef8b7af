import * as fc from 'fast-check';
import { Client, expectStatus } from '../acceptance/support/client';
import { sha256Base64 } from '../acceptance/support/images';
import { IMAGE_FIELDS, type Created } from '../acceptance/support/model';
import { expectProblem } from '../acceptance/support/problems';
import { walk } from '../acceptance/support/walk';
import { createEnvironment } from '../environments/select';

const environment = createEnvironment();
beforeAll(async () => environment.start(), 60_000);
afterAll(async () => environment.stop());

/** The only fields that a caller may send. */
const OWN = ['content_type', 'size', 'filename', 'tags', 'checksum_sha256', 'visibility', 'shared_with'];

const COVETED = [
  ...IMAGE_FIELDS.filter(field => !OWN.includes(field)), 'tenant_id', 'tenantId', 'userId', 'owner', 'principal',
  'role', 'admin', 'object_key', 's3Key', 'key',
  'bucket', 'etag', 'url_until', 'due_at', 'expires_at', 'sweep', 'request_hash', 'reserved', 'quota', 'attempt',
  'tries', '__proto__', 'constructor', 'prototype',
  'toString', 'valueOf', 'toJSON', 'hasOwnProperty', '$ref', '$where', 'Size', 'FILENAME', 'tags[]', 'tags.0',
];

const extras = fc.uniqueArray(fc.tuple(fc.constantFrom(...COVETED), fc.jsonValue({ maxDepth: 2 })), {
  minLength: 1, maxLength: 4, selector: ([name]) => name,
});

/** Builds text, not an object: `__proto__` must be a key on the wire. */
function withExtras(body: object, added: ReadonlyArray<readonly [string, unknown]>): string {
  const members = [...Object.entries(body), ...added].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

test('POST rejects every field that callers may not set, and stores nothing', async () => {
  const client = new Client(environment);
  await fc.assert(fc.asyncProperty(extras, async added => {
    const body = withExtras({ content_type: 'image/png', size: 5 }, added);
    expectProblem(await client.call('POST', '/images', { body }), 'invalid-request', added.map(([name]) => `/${name}`));
  }), { numRuns: 150 });
  expect(await walk(client)).toEqual([]);
});

test('PATCH rejects every field that callers may not set, and changes nothing', async () => {
  const client = new Client(environment);
  const before = await client.createReady({ filename: 'a.jpg' });
  const more = fc.option(fc.constantFrom('content_type', 'size', 'checksum_sha256'), { nil: undefined });
  await fc.assert(fc.asyncProperty(extras, more, async (added, readOnly) => {
    const all = readOnly ? [...added, [readOnly, 1] as const] : added;
    const reply = await client.call('PATCH', `/images/${before.image_id}`, {
      body: withExtras({ filename: 'b.jpg' }, all),
    });
    expectProblem(reply, 'invalid-request', all.map(([name]) => `/${name}`));
  }), { numRuns: 150 });
  expect(await client.image(before.image_id)).toEqual(before);
});

test('POST stores only the fields that the caller may set, and the facts of the service', async () => {
  const client = new Client(environment);
  const bodies = fc.record({
    content_type: fc.constantFrom('image/jpeg', 'image/png', 'image/gif'),
    size: fc.integer({ min: 1, max: 26_214_400 }),
    filename: fc.option(fc.stringMatching(/^[ -~\u00c0-\u00ff\u4e00-\u4eff]{1,80}$/u)),
    tags: fc.option(fc.uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9 ._:/-]{0,20}[a-z0-9]$/), { maxLength: 20 })),
    visibility: fc.option(fc.constant('private' as const)),
    shared_with: fc.option(fc.uniqueArray(
      fc.stringMatching(/^(user|group):[A-Za-z0-9._@|:+=-]{1,128}$/), { maxLength: 20 },
    )),
    checksum_sha256: fc.option(fc.string().map(text => sha256Base64(Buffer.from(text)))),
  }, { requiredKeys: ['content_type', 'size'] });
  await fc.assert(fc.asyncProperty(bodies, async body => {
    const { image_id: id } = expectStatus(await client.create(body), 201).json<Created>();
    expect(await client.image(id)).toMatchObject({
      image_id: id,
      user_id: client.user,
      status: 'pending',
      rejection: null,
      created_at: null,
      variants: [],
      width: null,
      height: null,
      content_type: body.content_type,
      size: body.size,
      filename: body.filename?.normalize('NFC') ?? null,
      tags: body.tags ?? [],
      visibility: 'private',
      shared_with: body.shared_with ?? [],
      checksum_sha256: body.checksum_sha256 ?? null,
    });
  }), { numRuns: 100 });
});
