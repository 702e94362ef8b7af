import { HOSTILE_BYTES, HOSTILE_STRINGS } from './hostile-strings';
import { Client, expectStatus, fetchUrl } from '../acceptance/support/client';
import { parseContentDisposition } from '../acceptance/support/content-disposition';
import { imageBytes } from '../acceptance/support/images';
import type { BatchResults, Created, ImageView } from '../acceptance/support/model';
import { expectProblem } from '../acceptance/support/problems';
import type { Reply } from '../acceptance/support/reply';
import { together } from '../acceptance/support/together';
import { listIds } from '../acceptance/support/walk';
import { createEnvironment } from '../environments/select';

/*
 * The client rejects any 5xx, any header sent twice and any error that is no problem document
 * (test/acceptance/support/invariants.ts). The tests below check everything else.
 */
const environment = createEnvironment();
const client = new Client(environment);
beforeAll(async () => environment.start(), 60_000);
afterAll(async () => environment.stop());

const PNG = { content_type: 'image/png', size: 9 };
const each = async (work: (text: string) => Promise<void>) => { await together(HOSTILE_STRINGS, work, 6); };

test('the list is long and has no repeats', () => {
  expect(HOSTILE_STRINGS.length).toBeGreaterThanOrEqual(250);
  expect(new Set(HOSTILE_STRINGS).size).toBe(HOSTILE_STRINGS.length);
});

describe('in a body', () => {
  const isName = (text: string) =>
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(text) && [...text.normalize('NFC')].length <= 255;
  const normalTag = (text: string) => text.trim().toLowerCase().normalize('NFC');
  const isTag = (text: string) => /^[\p{L}\p{M}\p{N} ._:/-]{1,64}$/u.test(normalTag(text));
  /** Expects the stored value, or an error that names the place; 413 if the string fills the body. */
  const expectEither = async (reply: Reply, accepted: boolean, path: string, stored: Partial<ImageView>) => {
    if (reply.status === 413) return void expectProblem(reply, 'body-too-large');
    if (!accepted) return void expectProblem(reply, 'invalid-request', [path]);
    expect(await client.image(expectStatus(reply, 201).json<Created>().image_id)).toMatchObject(stored);
  };

  test('a filename comes back unchanged or gets an error', async () => {
    await each(async text => expectEither(await client.create({ ...PNG, filename: text }), isName(text), '/filename', {
      filename: text.normalize('NFC'),
    }));
  }, 60_000);

  test('a tag comes back normalised or gets an error', async () => {
    await each(async text => {
      const reply = await client.create({ ...PNG, tags: ['ok', text] });
      const tags = [...new Set(['ok', normalTag(text)])];
      await expectEither(reply, isTag(text), '/tags/1', { tags });
    });
  }, 60_000);

  test('a content_type gets unsupported-type', async () => {
    await each(async text => {
      const reply = await client.create({ ...PNG, content_type: text });
      expectProblem(reply, reply.status === 413 ? 'body-too-large' : 'unsupported-type');
    });
  }, 60_000);

  test('checksum_sha256 and size get an error each', async () => {
    await each(async text => {
      const reply = await client.create({
        ...PNG,
        checksum_sha256: text.slice(0, 32_000),
        size: text.slice(0, 32_000),
      });
      if (reply.status === 413) expectProblem(reply, 'body-too-large');
      else expectProblem(reply, 'invalid-request', ['/checksum_sha256', '/size']);
    });
  }, 60_000);

  test('an unknown member gets an error with its pointer', async () => {
    await each(async text => {
      const reply = await client.call('POST', '/images', {
        body: `{"content_type":"image/png","size":9,${JSON.stringify(text)}:1}`,
      });
      if (reply.status === 413) return void expectProblem(reply, 'body-too-large');
      // UTF-8 cannot carry a lone surrogate, and the contract does not say how a long key is cut.
      const exact = !/\p{Cs}/u.test(text) && text.length < 100;
      expectProblem(reply, 'invalid-request', exact ? [`/${text.replace(/~/g, '~0').replace(/\//g, '~1')}`] : []);
    });
  }, 60_000);

  test('an id of a batch gets 404 in its place', async () => {
    for (let i = 0; i < HOSTILE_STRINGS.length; i += 100) {
      const ids = HOSTILE_STRINGS.slice(i, i + 100).filter(text => text.length < 500);
      for (const batch of ['batch-delete', 'batch-get']) {
        const { results } = expectStatus(
          await client.call('POST', `/images/${batch}`, { json: { image_ids: ids } }), 200,
        ).json<BatchResults>();
        expect(results.map(({ status }) => status)).toEqual(ids.map(() => 404));
        expect(listIds(results).map(replaceLoneSurrogates)).toEqual(ids.map(replaceLoneSurrogates));
      }
    }
  });

  test('bytes that are not UTF-8 get invalid-request at every place', async () => {
    for (const bytes of HOSTILE_BYTES) {
      for (const [before, after] of [
        ['{"content_type":"image/png","size":9,"filename":"a', '"}'],
        ['{"content_type":"image/png","size":9,"', '":1}'], ['', ''], ['{}', ''],
      ]) {
        const body = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
        expectProblem(await client.call('POST', '/images', { body }), 'invalid-request');
      }
    }
  });
});

describe('in a header', () => {
  /**
   * A string as UTF-8 bytes, if HTTP allows them in a field (RFC 9110, section 5.5). API Gateway takes 10 240 bytes of
   * headers.
   */
  const values = HOSTILE_STRINGS
    .map(text => Buffer.from(text).toString('latin1'))
    .filter(value => /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && value.length <= 2000)
    .map(value => ({ value, trimmed: value.replace(/^[ \t]+|[ \t]+$/g, '') }));

  test('x-user-id names a user, is missing, or is invalid', async () => {
    await together(values, async ({ value, trimmed }) => {
      const reply = await client.call('GET', '/usage', { user: value });
      if (trimmed === '') expectProblem(reply, 'unauthenticated');
      else if (/^[A-Za-z0-9._@|:+=-]{1,128}$/.test(trimmed)) expectStatus(reply, 200);
      else expectProblem(reply, 'invalid-principal');
    });
  }, 60_000);

  test('an Idempotency-Key works or gets an error', async () => {
    await together(values, async ({ value, trimmed }) => {
      const replies = [
        await client.create(PNG, { 'idempotency-key': value }), await client.create(PNG, { 'idempotency-key': value }),
      ];
      if (/^[\x20-\x7e]{1,128}$/.test(
        trimmed,
      )) expect(new Set(replies.map(reply => expectStatus(reply, 201).json<Created>().image_id)).size).toBe(1);
      else expectProblem(replies[0], 'invalid-request', ['idempotency-key']);
    });
  }, 60_000);

  test('If-Match and content-type get an error; Accept, Origin and x-request-id are ignored', async () => {
    const { image_id: id } = await client.createImage(PNG);
    await together(values.filter(({ trimmed }) => trimmed !== '' && trimmed !== '*'), async ({ value }) => {
      expectProblem(await client.patch(id, {}, { 'if-match': value }), 'version-conflict');
      expectProblem(await client.create(PNG, { 'content-type': value }), 'unsupported-media-type');
      expectStatus(await client.call('GET', '/usage', {
        headers: { 'accept': value, 'origin': value, 'x-request-id': value, 'x-forwarded-host': value },
      }), 200);
    });
  }, 60_000);
});

describe('in a URL', () => {
  const encode = (text: string) => encodeURIComponent(replaceLoneSurrogates(text)).replace(/\./g, '%2E');
  const inUrl = HOSTILE_STRINGS.filter(text => encode(text).length < 6000);

  test('an id in the path gets 404', async () => {
    await together(inUrl.filter(text => text !== '' && text !== 'batch-delete'), async text => {
      expectProblem(await client.get(encode(text)), 'not-found');
      expectProblem(await client.delete(encode(text)), 'not-found');
    });
  }, 60_000);

  test('bytes that are not UTF-8 get an error in path and query', async () => {
    for (const bytes of HOSTILE_BYTES) {
      const escaped = [...bytes].map(byte => `%${byte.toString(16)}`).join('');
      expectProblem(await client.get(escaped), 'not-found');
      expectProblem(await client.list(`order=${escaped}`), 'invalid-request', ['order']);
      expectProblem(await client.list(`tag=${escaped}`), 'invalid-request', ['tag']);
    }
  });

  test.each(['limit', 'order', 'content_type', 'status', 'created_after', 'created_before'])(
    '%s gets an error', async name => {
      const valid: Record<string, string[]> = { status: ['ready'] };
      await together(inUrl.filter(text => !(valid[name] ?? []).includes(text)), async text => {
        expectProblem(await client.list(`${name}=${encode(text)}`), 'invalid-request', [name]);
      });
    }, 60_000,
  );

  test('a tag filters or gets an error', async () => {
    await together(inUrl, async text => {
      const reply = await client.list(`tag=${encode(text)}&limit=1`);
      const isTag = /^[\p{L}\p{M}\p{N} ._:/-]{1,64}$/u.test(
        replaceLoneSurrogates(text).trim().toLowerCase().normalize('NFC'),
      );
      if (isTag) expectStatus(reply, 200);
      else expectProblem(reply, 'invalid-request', ['tag']);
    });
  }, 60_000);

  test('a cursor gets invalid-cursor', async () => {
    await together(
      inUrl, async text => void expectProblem(await client.list(`cursor=${encode(text)}`), 'invalid-cursor'),
    );
  }, 60_000);

  test.each(['disposition', 'redirect'])('%s gets an error', async name => {
    const valid: Record<string, string[]> = { redirect: ['true', 'false'] };
    await together(inUrl.filter(text => !(valid[name] ?? []).includes(text)), async text => {
      expectProblem(await client.call('GET', `/images/x/download?${name}=${encode(text)}`), 'invalid-request', [name]);
    });
  }, 60_000);

  test('an unknown parameter gets an error with its name', async () => {
    await together(inUrl.filter(text => text !== ''), async text => {
      const path = replaceLoneSurrogates(text);
      expectProblem(
        await client.call('GET', `/usage?${encode(text)}=1`), 'invalid-request', path.length < 100 ? [path] : [],
      );
    });
  }, 60_000);
});

test('a download has one Content-Disposition, in ASCII, that parses back to the name', async () => {
  const bytes = imageBytes('image/png');
  const { image_id: id } = await client.createReady({ type: 'image/png', bytes });
  for (const text of HOSTILE_STRINGS) {
    const renamed = await client.patch(id, { filename: text });
    if (renamed.status !== 200) continue;
    const response = await fetchUrl((await client.download(id)).url);
    const dispositions = response.headers.get('content-disposition') ?? [];
    const same = response.body.equals(bytes);
    expect({ text, status: response.status, count: dispositions.length, same }).toEqual({
      text,
      status: 200,
      count: 1,
      same: true,
    });
    expect(parseContentDisposition(dispositions[0])).toEqual({
      type: 'attachment',
      filename: computeSavedName(text.normalize('NFC'), id),
    });
  }
}, 60_000);

/** The saved name of a PNG by the contract: no bidi control, no trailing dot or blank, an extension of its type. */
function computeSavedName(filename: string, id: string): string {
  const kept = [...filename]
    .filter(character => !/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(character))
    .join('')
    .replace(/[\s.]+$/, '');
  if (kept === '') return `${id}.png`;
  return kept.toLowerCase().endsWith('.png') ? kept : `${kept}.png`;
}

/** Replaces lone surrogates as UTF-8 encoding does. */
function replaceLoneSurrogates(text: string): string {
  return Buffer.from(text).toString();
}
