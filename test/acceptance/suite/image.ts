import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import { imageBytes, sha256Base64 } from '../support/images';
import { IMAGE_FIELDS, TIMESTAMP, type ImageView } from '../support/model';
import { expectProblem } from '../support/problems';

const UNKNOWN_FACTS = { width: null, height: null, format: null, animated: null, placeholder: null, variants: [] };

export function imageSuite(environment: TestEnvironment): void {
  describe('an image', () => {
    const client = new Client(environment);

    test('shows what was declared, and null for what only a worker can find', async () => {
      const bytes = imageBytes('image/webp');
      const image = await client.createReady({ type: 'image/webp', bytes, filename: 'beach.webp', tags: ['Holiday'] });
      expect(image).toEqual({
        ...UNKNOWN_FACTS,
        image_id: image.image_id,
        user_id: client.user,
        status: 'ready',
        filename: 'beach.webp',
        content_type: 'image/webp',
        size: bytes.length,
        checksum_sha256: null,
        tags: ['holiday'],
        visibility: 'private',
        shared_with: [],
        rejection: null,
        created_at: expect.stringMatching(TIMESTAMP),
        updated_at: expect.stringMatching(TIMESTAMP),
        version: expect.any(Number),
      });
      expect(Number.isInteger(image.version) && image.version >= 1).toBe(true);
    });

    test('has the same fields in every status', async () => {
      const bytes = imageBytes('image/jpeg');
      const images = [
        await client.image((await client.createImage({ content_type: 'image/jpeg', size: 5 })).image_id),
        await client.createReady({ bytes, checksum_sha256: sha256Base64(bytes) }),
        await client.createRejected(),
      ];
      expect(images.map(image => image.status)).toEqual(['pending', 'ready', 'rejected']);
      for (const image of images) {
        expect(Object.keys(image).sort()).toEqual([...IMAGE_FIELDS].sort());
        expect(image).toMatchObject(UNKNOWN_FACTS);
      }
    });

    test('has a created_at once it left pending, which stays', async () => {
      const { image_id: id } = await client.createUploaded();
      expect((await client.image(id)).created_at).toBeNull();
      const image = (await client.confirm(id)).json<ImageView>();
      expect(image.created_at).toMatch(TIMESTAMP);
      const patched = (await client.patch(id, { tags: ['later'] })).json<ImageView>();
      expect(patched.created_at).toBe(image.created_at);
    });

    test('is rejected with a created_at, too', async () => {
      expect((await client.createRejected()).created_at).toMatch(TIMESTAMP);
    });

    test('names the user exactly', async () => {
      const odd = new Client(environment, `A.z_0@9|x:y+z=w-${client.user}`);
      const { image_id: id } = await odd.createReady();
      expect((await odd.image(id)).user_id).toBe(odd.user);
    });

    test('GET answers as confirm, PATCH and the list do, byte for byte', async () => {
      const alone = new Client(environment);
      const { image_id: id } = await alone.createReady({ filename: 'a.jpg' });
      const patched = await alone.patch(id, { filename: 'b.jpg' });
      const got = await alone.get(id);
      expect(got.body.equals(patched.body)).toBe(true);
      expect(await alone.page()).toEqual({ images: [got.json()], next_cursor: null });
    });
  });

  describe('an id that names no image of the caller', () => {
    const client = new Client(environment);

    test.each(IMPOSSIBLE_IDS)('%s is 404', async (_, id) => {
      expectProblem(await client.get(id), 'not-found');
    });

    test('ids are compared exactly', async () => {
      const { image_id: id } = await client.createImage({ content_type: 'image/jpeg', size: 5 });
      for (const other of [
        id.toLowerCase(), id.toUpperCase(), `${id}x`, id.slice(1), `%20${id}`, `${id}%20`, `${id}%00`, `${id}%0A`,
      ]) {
        if (other !== id) expectProblem(await client.get(other), 'not-found');
      }
    });

    // RFC 3986, section 6.2.2.2: an unreserved character and its escape are the same.
    test('an id may be percent-encoded', async () => {
      const { image_id: id } = await client.createImage({ content_type: 'image/jpeg', size: 5 });
      const escaped = [...id].map(character => `%${character.charCodeAt(0).toString(16)}`).join('');
      expect((await client.image(escaped)).image_id).toBe(id);
    });
  });
}

const IMPOSSIBLE_IDS: Array<[string, string]> = [
  ['of 200 characters', 'a'.repeat(200)], ['of 201 characters', 'a'.repeat(201)],
  ['of 2 000 characters', 'a'.repeat(2000)],
  ['a dot escaped', '%2E'], ['two dots escaped', '%2e%2e'], ['NUL', '%00'], ['white space', '%20'],
  ['a line break', '%0D%0A'],
  ['an escaped slash', 'a%2Fb'], ['an escaped percent', '%25'], ['a broken escape', '%zz'], ['a cut escape', 'abc%4'],
  ['broken UTF-8', '%ff%fe'],
  ['letters beyond ASCII', '%C3%A9'], ['an emoji', '%F0%9F%98%80'], ['a plus', 'a+b'], ['a facet row', 'a%23tag:x'],
  ['a quota row', 'usage%23a'],
  ['__proto__', '__proto__'], ['an asterisk', '*'], ['quotes', "'%22"], ['a semicolon', 'a;b=c'], ['a colon', 'a:b'],
];
