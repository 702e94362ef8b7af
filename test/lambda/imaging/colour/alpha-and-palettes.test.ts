import sharp, { type Sharp } from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { Color } from '../../../colour/chart';
import { IN_P3, LINEAR, LINEAR_PROFILE, PROFILES } from '../../../colour/colours';
import { gammaChunk, withPngChunk, withPngProfile } from '../../../colour/containers';
import { openDecoderPool } from '../support/decoder-build';
import { withNclx } from '../support/heif-property';
import { buildJob, readPixel, readPixels, variant } from '../support/pipeline-samples';

jest.setTimeout(60_000);

const SIDE = 64;

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** The left half has the first color, the right half the second; each channel from 0 to 1. */
function halves(left: readonly number[], right: readonly number[], white: 255 | 65535): Sharp {
  const channels = left.length as 1 | 2 | 3 | 4;
  const values = Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE < SIDE / 2 ? left : right).flat().map(
    value => Math.round(value * white),
  );
  const image = sharp(white > 255
    ? Uint16Array.from(values)
    : Uint8Array.from(values), { raw: { width: SIDE, height: SIDE, channels } });
  if (white > 255) return image.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  return channels < 3 ? image.toColourspace('b-w') : image;
}

/** Both halves of the variant. */
async function made(bytes: Buffer): Promise<number[][]> {
  const { variants: [{ bytes: png }] } = await pool.decode(buildJob(bytes, [variant(SIDE / 2, ['png'])]));
  const pixels = await readPixels(await sharp(png).toColourspace('srgb').png({ palette: false }).toBuffer());
  return [readPixel(pixels, 8, 16), readPixel(pixels, 24, 16)];
}

/**
 * sharp resizes transparent pixels as integers of colour times alpha and drops the fraction: up to 2 at an alpha of
 * 0.4.
 */
function expectNear(pixel: readonly number[], color: Color, alpha?: number): void {
  const expected = [...color, ...alpha === undefined ? [] : [alpha]];
  expect(pixel).toHaveLength(expected.length);
  pixel.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(
    alpha === undefined || alpha === 255 ? 1.5 : 2.5,
  ));
}

const ORANGE: Color = [0.8, 0.5, 0.2];
const TEAL: Color = [0.2, 0.6, 0.6];

test.each([255, 65535] as const)('transparency stays beside converted colours, with white at %i', async white => {
  const png = withPngProfile(await halves([...ORANGE, 0.4], [...TEAL, 1], white).png().toBuffer(), PROFILES[1].profile);
  const [orange, teal] = await made(png);
  expectNear(orange, IN_P3(ORANGE), 102);
  expectNear(teal, IN_P3(TEAL), 255);
});

test.each([255, 65535] as const)('an alpha channel without transparency is left out, with white at %i', async white => {
  const png = withPngProfile(await halves([...ORANGE, 1], [...TEAL, 1], white).png().toBuffer(), PROFILES[1].profile);
  const [orange, teal] = await made(png);
  expectNear(orange, IN_P3(ORANGE));
  expectNear(teal, IN_P3(TEAL));
});

test.each([8, 10, 12] as const)('transparency stays in an AVIF of %i bits in Display P3', async bitdepth => {
  const image = halves([...ORANGE, 0.4], [...TEAL, 1], bitdepth === 8 ? 255 : 65535);
  const [orange, teal] = await made(
    withNclx(await image.avif({ bitdepth, quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), 12, 13),
  );
  expectNear(orange, IN_P3(ORANGE), 102);
  expectNear(teal, IN_P3(TEAL), 255);
});

test.each([255, 65535] as const)('grey with transparency has its gamma, with white at %i', async white => {
  const [dark, light] = await made(
    withPngChunk(await halves([0.25, 0.6], [0.75, 1], white).png().toBuffer(), 'gAMA', gammaChunk(1)),
  );
  expectNear(dark, LINEAR([0.25, 0.25, 0.25]), 153);
  expectNear(light, LINEAR([0.75, 0.75, 0.75]), 255);
});

test('a PNG with a palette has its gamma and its profile', async () => {
  const palette = await halves(ORANGE, TEAL, 255).png({ palette: true, colours: 4 }).toBuffer();
  expect(await sharp(palette).metadata()).toMatchObject({ isPalette: true });
  for (const bytes of [withPngChunk(palette, 'gAMA', gammaChunk(1)), withPngProfile(palette, LINEAR_PROFILE.profile)]) {
    const [orange, teal] = await made(bytes);
    expectNear(orange, LINEAR(ORANGE));
    expectNear(teal, LINEAR(TEAL));
  }
});
