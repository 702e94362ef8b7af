import sharp from 'sharp';
import { readAv1Colour } from '../../../../lambda/imaging/headers/av1-colour';
import { Bytes } from '../../../../lambda/imaging/headers/bytes';
import { readHeifColour } from '../../../../lambda/imaging/headers/heif-colour';
import { readPngColour } from '../../../../lambda/imaging/headers/png-colour';
import { readColours, type Decoding } from '../../../../lambda/imaging/pipeline/colour/source';
import { CMYK_PROFILE, PROFILES } from '../../../colour/colours';
import {
  chromaticitiesChunk, gammaChunk, lightLevelChunk, withHeifProfile, withPngChunk, withPngProfile,
} from '../../../colour/containers';
import { sequenceHeader, type HeaderChoices } from '../support/av1-header';
import { nclx, withNclx, withProperty } from '../support/heif-property';

const GREEN = { create: { width: 64, height: 48, channels: 3, background: '#209040' } } as const;

const png = (): Promise<Buffer> => sharp(GREEN).png().toBuffer();
const avif = (): Promise<Buffer> => sharp(GREEN).avif().toBuffer();

const BITS = [false, true];
const CHOICES = [
  'isHigh', 'reduced', 'timing', 'equalInterval', 'decoderModel', 'displayDelay', 'frameIds', 'orderHint',
  'chosenContent', 'monochrome', 'fullRange',
] as const;

/** Every combination of the flags, in each profile. */
function* headers(): Generator<HeaderChoices> {
  for (let combination = 0; combination < 2 ** CHOICES.length; combination++) {
    const values = CHOICES.map((name, i) => [name, BITS[Math.floor(combination / 2 ** i) % 2]]);
    const flags = Object.fromEntries(values) as Record<typeof CHOICES[number], boolean>;
    const profile = (combination % 3) as 0 | 1 | 2;
    yield {
      ...flags,
      profile,
      points: 1 + combination % 5,
      monochrome: flags.monochrome && profile !== 1,
      description: combination % 2 === 0 ? [9, 16, 9] : undefined,
    };
  }
}

test('the colours of an AV1 sequence header are found behind every combination of its other fields', () => {
  const wrong: HeaderChoices[] = [];
  for (const choices of headers()) {
    const obus = sequenceHeader(choices);
    const [primaries, transfer, matrix] = choices.description ?? [2, 2, 2];
    const expected = { primaries, transfer, matrix, fullRange: choices.fullRange, monochrome: choices.monochrome };
    const found = readAv1Colour(new Bytes(obus, 'AVIF'), 0, obus.length);
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(choices);
  }
  expect(wrong).toEqual([]);
});

test('an AVIF of sRGB in RGB has the full range without a flag', () => {
  const choices = {
    profile: 1,
    isHigh: false,
    reduced: true,
    timing: false,
    equalInterval: false,
    decoderModel: false,
    displayDelay: false,
    points: 1,
    frameIds: false,
    orderHint: false,
    chosenContent: false,
    monochrome: false,
    description: [1, 13, 0],
    fullRange: false,
  } as const;
  const obus = sequenceHeader(choices);
  expect(readAv1Colour(new Bytes(obus, 'AVIF'), 0, obus.length)).toMatchObject({
    primaries: 1,
    transfer: 13,
    matrix: 0,
    fullRange: true,
  });
});

test('an AVIF without nclx has the code points of its bitstream, and nclx has precedence', async () => {
  const bytes = await avif();
  const plain = readHeifColour(new Bytes(bytes, 'AVIF'));
  expect(plain).toMatchObject({ monochrome: false, cicp: { primaries: 1, transfer: 13, fullRange: true } });
  expect(readHeifColour(new Bytes(withNclx(bytes, 9, 16, 9, false), 'AVIF')).cicp).toEqual({
    primaries: 9,
    transfer: 16,
    matrix: 9,
    fullRange: false,
  });
});

test('the peak of an AVIF is its brightest pixel, or else that of the display', async () => {
  const display = Buffer.alloc(24);
  display.writeUInt32BE(6_000_000, 16);
  const withDisplay = withProperty(withNclx(await avif(), 9, 16), 'mdcv', display);
  expect(readHeifColour(new Bytes(withDisplay, 'AVIF')).peak).toBe(600);
  expect(readHeifColour(new Bytes(withProperty(withDisplay, 'clli', Buffer.from([0x0f, 0xa0, 0, 0])), 'AVIF')).peak)
    .toBe(4000);
});

test('the chunks of a PNG are read up to its image data', async () => {
  const bytes = await png();
  const chunks = [
    ['cICP', Buffer.from([12, 13, 0, 1])], ['gAMA', gammaChunk(0.5)], ['cLLI', lightLevelChunk(1500, 100)],
    ['sRGB', Buffer.from([0])],
  ] as const;
  const all = chunks.reduce((file, [name, content]) => withPngChunk(file, name, content), bytes);
  expect(readPngColour(new Bytes(all, 'PNG'))).toEqual({
    cicp: { primaries: 12, transfer: 13, matrix: 0, fullRange: true },
    hasProfile: false,
    isSrgb: true,
    gamma: 0.5,
    chromaticities: undefined,
    peak: 1500,
  });
  const [head, behind] = [bytes.subarray(0, -12), bytes.subarray(-12)];
  const late = Buffer.concat([head, withPngChunk(bytes, 'gAMA', gammaChunk(0.5)).subarray(33, 49), behind]);
  expect(readPngColour(new Bytes(late, 'PNG')).gamma).toBeUndefined();
});

/** Damage that a decoder may survive: changed bytes, a truncated file. */
function* damaged(bytes: Buffer, step = 1): Generator<Buffer> {
  for (let at = 8; at < Math.min(bytes.length, 900); at += step) {
    for (const value of [0, 0x7f, 0xff]) {
      const copy = Buffer.from(bytes);
      copy[at] = value;
      yield copy;
    }
    yield bytes.subarray(0, at);
  }
}

test('a damaged description of colours never fails an image', async () => {
  const decoding: Decoding = { space: 'srgb', depth: 'uchar', bitsPerSample: 8 };
  const p3 = PROFILES[1].profile;
  const samples = [
    ['image/png', withPngChunk(withPngProfile(await png(), p3), 'cICP', Buffer.from([12, 16, 0, 1]))],
    ['image/avif', withProperty(withHeifProfile(await avif(), p3), 'colr', nclx(9, 16))],
  ] as const;
  for (const [type, bytes] of samples) {
    for (const file of damaged(bytes)) expect(() => readColours(file, { type }, decoding)).not.toThrow();
  }
});

test('pixels come out of a damaged profile, whatever its numbers are', async () => {
  for (const { profile } of PROFILES) {
    // littlecms takes milliseconds for tables.
    for (const icc of damaged(profile, profile.length > 10_000 ? 60 : 3)) {
      const { toSrgb } = readColours(Buffer.alloc(0), { type: 'image/jpeg' }, { icc, space: 'srgb', depth: 'uchar' });
      const made = await toSrgb?.({ data: Buffer.from([255, 0, 128, 1, 2, 3]), width: 2, height: 1, channels: 3 });
      expect(made?.data.length ?? 6).toBe(6);
    }
  }
}, 60_000);

test('chromaticities that span no triangle are those of sRGB, and gamma stays', async () => {
  const line = chromaticitiesChunk(0.3127, 0.329, 0.6, 0.3, 0.4, 0.3, 0.2, 0.3);
  const bytes = withPngChunk(withPngChunk(await png(), 'cHRM', line), 'gAMA', gammaChunk(1));
  const { toSrgb } = readColours(bytes, { type: 'image/png' }, { space: 'srgb', depth: 'uchar', bitsPerSample: 8 });
  // IEC 61966-2-1: a quarter of the light is encoded as 137.
  expect([...(await toSrgb!({ data: Buffer.from([64, 64, 64]), width: 1, height: 1, channels: 3 })).data]).toEqual([
    137, 137, 137,
  ]);
});

test('a profile counts only for the kind of pixels that it is made for', () => {
  const rgb = PROFILES[1].profile;
  const read = (icc: Buffer, space: string): unknown =>
    readColours(Buffer.alloc(0), { type: 'image/jpeg' }, { icc, space: space as 'srgb', depth: 'uchar' });
  expect(read(rgb, 'cmyk')).toMatchObject({ space: 'cmyk' });
  expect(read(CMYK_PROFILE, 'cmyk')).toMatchObject({ space: 'srgb', byDecoder: true });
  expect(read(CMYK_PROFILE, 'srgb')).toEqual({ space: 'srgb', byDecoder: false });
});
