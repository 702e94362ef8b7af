import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Command } from './faults.child';
import { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { ImageJob, ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import { buildScript, DECODER_LIMITS } from '../support/decoder-build';
import { variant } from '../support/pipeline-samples';
import { PIXEL } from '../support/pixel';

jest.setTimeout(60_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'decoder-answers-'));
const THUMB = variant(32, ['webp'], { name: 'thumb' });

let script: string;
let pool: DecoderPool;
let deaths: string[];
let webp: string;
let jpeg: string;

beforeAll(async () => {
  script = await buildScript('test/lambda/imaging/decoder/faults.child.ts');
  const small = sharp({ create: { width: 32, height: 24, channels: 3, background: '#804020' } });
  [webp, jpeg] = (await Promise.all([small.clone().webp().toBuffer(), small.clone().jpeg().toBuffer()])).map(
    bytes => bytes.toString('base64'),
  );
});
beforeEach(() => {
  deaths = [];
  pool = new DecoderPool({ script, limits: DECODER_LIMITS, onDeath: death => deaths.push(death) });
});
afterEach(() => pool.close());
afterAll(() => [FOLDER, dirname(script)].forEach(folder => rmSync(folder, { recursive: true, force: true })));

/** A job to make a thumbnail of a PNG. The decoder gives the scripted answer. */
function decode(command: Omit<Command, 'log'>): Promise<ProcessedImage> {
  const header: ImageJob['header'] = {
    type: 'image/png',
    width: 128,
    height: 96,
    frames: 1,
    pixels: 128 * 96,
    scans: 1,
  };
  return pool.decode({
    bytes: Buffer.from(JSON.stringify({ ...command, log: join(FOLDER, 'log') })),
    header,
    variants: [THUMB],
  });
}

const MADE = { name: 'thumb', format: 'webp', width: 32, height: 24 };
const HONEST = { ...PIXEL, width: 128, height: 96, variants: [MADE] };

const image = (more: object, head: object = {}) => ({ kind: 'image', image: { ...HONEST, ...more }, ...head });
const made = (more: object) => image({ variants: [{ ...MADE, ...more }] });
const placed = (more: object) => image({ placeholder: { ...PIXEL.placeholder, ...more } });

test('a complete answer is accepted unchanged', async () => {
  const { variants: [thumb], ...facts } = await decode({ act: 'say', frame: { head: image({}), blobs: [webp] } });
  expect({ ...facts, variants: [] }).toEqual({ ...HONEST, variants: [] });
  expect({ ...thumb, bytes: Buffer.from(thumb.bytes).toString('base64') }).toEqual({ ...MADE, bytes: webp });
  expect(deaths).toEqual([]);
});

test.each<[string, unknown, ('webp' | 'jpeg')[]?]>([
  ['of no kind that there is', { kind: 'other' }],
  ['that is no object', 'image'],
  ['that it is ready once more', { kind: 'ready', isClosed: true }],
  [
    'a refusal in words of its own',
    { kind: 'refusal', refusal: { code: 'MALWARE', message: 'visit http://example.com' } },
  ],
  ['a refusal with more to it', { kind: 'corrupt', message: 'visit http://example.com' }],
  ['a fault that is no text', { kind: 'fault', message: { stack: '' } }],
  ['a variant under the key of another', made({ name: '../../../bob/image/nonce/thumb' })],
  ['a variant of another format', made({ format: 'jpeg' }), ['jpeg']],
  ['a variant of a format that there is not', made({ format: 'html' })],
  ['a variant of other bytes', made({}), ['jpeg']],
  ['a variant that is larger than it was to be', made({ width: 64 })],
  ['a variant that is 0 pixels wide', made({ width: 0 })],
  ['a variant with more to it', made({ settings: 'x' })],
  ['no variant', image({ variants: [] }), []],
  ['a variant without bytes', image({}), []],
  ['bytes without a variant', image({}), ['webp', 'webp']],
  ['a variant twice', image({ variants: [MADE, MADE] }), ['webp', 'webp']],
  ['an image of another format', image({ format: 'gif' })],
  ['an animation where there is one frame', image({ animated: true })],
  ['a width that is no whole number', image({ width: 1.5 })],
  ['a width that no image has', image({ width: 2 ** 40 })],
  ['a height that is a text', image({ height: '96' })],
  ['an image with more to it', image({ owner: 'bob' })],
  ['a placeholder that is no ThumbHash', placed({ thumbhash: '<script>' })],
  ['a placeholder without end', placed({ thumbhash: 'A'.repeat(1000) })],
  ['a colour that is none', placed({ color: 'url(//example.com)' })],
])('a decoder that says %s counts as dead', async (_what, head, blobs = ['webp']) => {
  const frame = { head, blobs: blobs.map(type => ({ webp, jpeg })[type]) };
  await expect(decode({ act: 'say', frame })).rejects.toMatchObject({
    code: 'RESOURCE_LIMIT',
    message: 'Decoding the image crashes the decoder. The service does not keep rejected originals: upload a copy saved by another program.',
  });
  expect(deaths).toEqual(['crash', 'crash']);
});

test('an image that cannot be decoded is rejected with a message of the service', async () => {
  await expect(decode({ act: 'say', frame: { head: { kind: 'corrupt' }, blobs: [] } }))
    .rejects.toMatchObject({
      code: 'CORRUPT',
      message: 'The image is damaged or incomplete: it cannot be decoded. The service does not keep rejected originals: upload the file again, or a copy saved by another program.',
      isFatal: false,
    });
});

test('only the beginning of a fault is kept, and not as a message, which logs show', async () => {
  const frame = { head: { kind: 'fault', message: 'x'.repeat(10_000) }, blobs: [] };
  await expect(decode({ act: 'say', frame })).rejects.toMatchObject({
    name: 'EncodingFailed',
    message: 'The decoder reported a fault of its own',
    cause: { message: 'x'.repeat(300) },
  });
});

test('a decoder that sends an unsolicited frame is replaced', async () => {
  const pids: string[] = [];
  for (const act of ['chatter', 'answer'] as const) {
    const log = join(FOLDER, act);
    const header: ImageJob['header'] = { type: 'image/png', width: 1, height: 1, frames: 1, pixels: 1, scans: 1 };
    await pool.decode({ bytes: Buffer.from(JSON.stringify({ act, log })), header, variants: [] });
    pids.push(readFileSync(log, 'utf8').split(' ')[1]);
    await sleep(500);
  }
  expect(parseInt(pids[0], 10)).not.toBe(parseInt(pids[1], 10));
  expect(deaths).toEqual([]);
});
