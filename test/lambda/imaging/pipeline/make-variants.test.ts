import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { computeSettings } from '../../../../lambda/domain/variant-settings';
import { DecoderPool, type DecoderPoolOptions } from '../../../../lambda/imaging/decoder/pool';
import { DECODERS } from '../../../../lambda/imaging/decoder/versions';
import { computeFingerprint, createImaging } from '../../../../lambda/imaging/make-variants';
import { IMAGE_LIMITS, type ImageLimits } from '../../../../src/contract';
import { buildDecoder, buildScript, DECODER_LIMITS } from '../support/decoder-build';
import { corpusFile, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(60_000);

const THUMB = variant(32, ['webp'], { name: 'thumb' });
const LARGE = variant(64, ['jpeg'], { name: 'large', quality: 60 });

interface Lock {
  readonly packages: Record<string, { readonly version: string }>;
}

let decoder: string;
let faulty: string;
let pool: DecoderPool | undefined;

beforeAll(async () => {
  decoder = await buildDecoder();
  faulty = await buildScript('test/lambda/imaging/decoder/faults.child.ts');
});
afterEach(() => pool?.close());
afterAll(() => [decoder, faulty].forEach(script => rmSync(dirname(script), { recursive: true, force: true })));

function open(script: string, limits: Partial<ImageLimits> = {}, more: Partial<DecoderPoolOptions> = {}) {
  const all = { ...IMAGE_LIMITS, ...limits };
  pool = new DecoderPool({ script, limits: { ...DECODER_LIMITS, ...limits }, ...more });
  return createImaging({ variants: [THUMB, LARGE], limits: all, decoders: pool });
}

function png(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#804020' } }).png().toBuffer();
}

function inspectHeader(inspected: object): unknown {
  return (inspected as { header: unknown }).header;
}

test(
  'an image becomes its facts and its variants, with the fingerprint of the definition that each was made by',
  async () => {
    const { inspect, make, variants } = open(decoder);
    const original = await png(128, 96);
    const made = await make(original, inspectHeader(inspect(original, 'image/png')), variants);
    expect(made).toMatchObject({
      facts: {
        width: 128,
        height: 96,
        format: 'png',
        animated: false,
        placeholder: { color: '#804020', thumbhash: expect.any(String) },
      },
      variants: [
        {
          name: 'thumb',
          format: 'webp',
          width: 32,
          height: 24,
          settings: computeSettings(THUMB),
          bytes: expect.any(Uint8Array),
        },
        {
          name: 'large',
          format: 'jpeg',
          width: 64,
          height: 48,
          settings: computeSettings(LARGE),
          bytes: expect.any(Uint8Array),
        },
      ],
    });
    expect(computeSettings(THUMB)).not.toBe(computeSettings(LARGE));
  },
);

test('only the requested variants are made', async () => {
  const { inspect, make } = open(decoder);
  const original = await png(128, 96);
  expect(await make(original, inspectHeader(inspect(original, 'image/png')), [LARGE])).toMatchObject({
    variants: [{ name: 'large' }],
  });
});

describe('bytes that differ from their record', () => {
  test.each([
    [
      'of no known type', Buffer.from('<html>'), 'UNSUPPORTED_TYPE',
      'The image was confirmed as PNG, but its bytes are of no supported type. Supported types: JPEG, PNG, GIF, WebP, AVIF, HEIC, HEIF. '
      + 'The service does not keep rejected originals: upload a file of type PNG.',
    ],
    [
      'of another type', Buffer.from('GIF89a......'), 'TYPE_MISMATCH',
      'The image was confirmed as PNG, but its bytes are of GIF: the types must match. '
      + 'The service does not keep rejected originals: upload a file of type PNG.',
    ],
    [
      'of its type, and nothing else', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'CORRUPT',
      expect.stringContaining('PNG'),
    ],
  ])('%s are rejected', (_case, bytes, code, message) => {
    expect(open(decoder).inspect(bytes, 'image/png')).toEqual({ rejection: { code, message } });
  });

  testCorpus('but HEIC and HEIF are one', async () => {
    const bytes = corpusFile('645877c52c5c656e').bytes();
    expect(open(decoder).inspect(bytes, 'image/heif')).toMatchObject({ header: { type: 'image/heic' } });
  });
});

test('an image over the limits is rejected without a decoder', async () => {
  const { inspect } = open('/no/decoder', { maxPixels: 100 });
  expect(inspect(await png(20, 20), 'image/png')).toMatchObject({ rejection: { code: 'TOO_MANY_PIXELS' } });
});

test('an unreadable image is corrupt, with a message of the service, and the decoder lives on', async () => {
  const deaths: string[] = [];
  const { inspect, make, variants } = open(decoder, {}, { onDeath: death => deaths.push(death) });
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const whole = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#000', noise } })
    .jpeg()
    .toBuffer();
  const broken = whole.subarray(0, whole.length / 2);
  expect(await make(broken, inspectHeader(inspect(broken, 'image/jpeg')), variants))
    .toEqual({
      rejection: {
        code: 'CORRUPT',
        message: 'The image is damaged or incomplete: it cannot be decoded. The service does not keep rejected originals: upload the file again, or a copy saved by another program.',
      },
      isFatal: false,
    });
  expect(deaths).toEqual([]);
});

test('an image that kills its decoder is marked as fatal, and each death is reported', async () => {
  const deaths: string[] = [];
  const { make, variants } = open(faulty, {}, { onDeath: death => deaths.push(death) });
  const header = { type: 'image/png', width: 1, height: 1, frames: 1, pixels: 1, scans: 1 };
  expect(await make(Buffer.from(JSON.stringify({ act: 'crash', log: '/dev/null' })), header, variants))
    .toEqual({
      rejection: {
        code: 'RESOURCE_LIMIT',
        message: 'Decoding the image crashes the decoder. The service does not keep rejected originals: upload a copy saved by another program.',
      },
      isFatal: true,
    });
  expect(deaths).toEqual(['crash', 'crash']);
});

test('a fault of the service is not a rejection', async () => {
  const { make, variants } = open('/no/decoder');
  await expect(make(Buffer.from('x'), {}, variants)).rejects.toThrow('The decoder did not start');
});

test('the fingerprint of limits does not depend on their order', () => {
  const reversed = Object.fromEntries(Object.entries(IMAGE_LIMITS).reverse());
  expect(open(decoder, reversed).limits).toBe(open(decoder).limits);
  expect(createImaging({ variants: [], limits: reversed as unknown as ImageLimits, decoders: pool! }).limits).toBe(
    open(decoder).limits,
  );
  expect(open(decoder, { maxFrames: 7 }).limits).not.toBe(open(decoder).limits);
});

test('the fingerprint changes with the version of a decoder, so fatal images are tried again', () => {
  const words = [{}, { sharp: '99.0.0' }, { 'libheif-js': '99.0.0' }].map(
    newer => computeFingerprint(IMAGE_LIMITS, { ...DECODERS, ...newer }),
  );
  expect(new Set(words).size).toBe(3);
  expect(open(decoder).limits).toBe(words[0]);
});

test('the version of dav1d is the one that its library is built of', () => {
  const folder = join(__dirname, '../../../../lambda/imaging/av1');
  expect((JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version).toBe(
    DECODERS.dav1d,
  );
  expect(readFileSync(join(folder, 'build.sh'), 'utf8')).toContain(`DAV1D_VERSION "${DECODERS.dav1d}"`);
});

const PACKAGES = Object.entries(DECODERS).filter(([name]) => name !== 'dav1d');

test.each(PACKAGES)('the version of %s is the one that is installed, and the one that is deployed', (name, version) => {
  const installed = (file: string): string =>
    (JSON.parse(readFileSync(join(__dirname, '..', '..', '..', '..', file), 'utf8')) as { version: string }).version;
  expect(installed(`node_modules/${name}/package.json`)).toBe(version);
  const { packages } = JSON.parse(
    readFileSync(join(__dirname, '../../../../projenrc/worker-packages/package-lock.json'), 'utf8'),
  ) as Lock;
  expect(packages[`node_modules/${name}`].version).toBe(version);
});
