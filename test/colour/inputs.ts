import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { drawChart, HEIGHT, PATCHES, WIDTH, type Color } from './chart';
import { cmykJpeg } from './cmyk-jpeg';
import {
  AS_SRGB, CMYK_PROFILE, GREY_PROFILE, IN_BT2020, IN_BT2020_DISPLAY, IN_P3, inks, inksByProfile, inksPlain, lightness,
  LINEAR, LINEAR_PROFILE,
  P3_GAMMA, PROFILES, type Profile, type Reference,
} from './colours';
import {
  chromaticitiesChunk, gammaChunk, lightLevelChunk, withHeifProfile, withJpegProfile, withPngChunk, withPngProfile,
  withWebpProfile,
} from './containers';
import { CHROMIUM_HDR } from './hdr-reference';
import { nclx, withNclx, withProperty } from '../lambda/imaging/support/heif-property';
import { pythonTool } from '../python-tools';

export interface Input {
  readonly format: string;
  readonly colour: string;
  readonly bytes: Buffer;
  /** The expected sRGB colour of each patch, from 0 to 255. */
  readonly expected: readonly Color[];
  /** HDR is compared with Chromium's picture, since no formula is agreed. */
  readonly isHdr: boolean;
}

const ADOBE = PROFILES.find(({ colour }) => colour === 'Adobe RGB profile')!;
const GREYS = PATCHES.map(([value]) => [value]);
const SIZE = { width: WIDTH, height: HEIGHT } as const;

/** Rounds to the stored samples, which are integers. */
function computeExpected(reference: Reference, white: number, patches: readonly Color[] = PATCHES): Color[] {
  return patches.map(patch => reference(patch.map(value => Math.round(value * white) / white) as unknown as Color));
}

function image(white: number, patches: readonly (readonly number[])[] = PATCHES): Sharp {
  const channels = patches[0].length as 1 | 3 | 4;
  const raw = sharp(drawChart(patches, white), { raw: { ...SIZE, channels } });
  return white > 255
    ? raw.toColourspace(channels === 1 ? 'grey16' : 'rgb16')
    : channels === 1 ? raw.toColourspace('b-w')
      : raw;
}

/** The chart in one format and depth, and the way that format carries a profile. */
interface Base {
  readonly format: string;
  readonly white: number;
  readonly bytes: Buffer;
  readonly withProfile: (bytes: Buffer, profile: Buffer) => Buffer;
}

function plain({ format, white, bytes }: Base): Input {
  return { format, colour: 'no profile', bytes, expected: computeExpected(AS_SRGB, white), isHdr: false };
}

function profiled({ format, white, bytes, withProfile }: Base, { colour, profile, reference }: Profile): Input {
  return {
    format,
    colour,
    bytes: withProfile(bytes, profile),
    expected: computeExpected(reference, white),
    isHdr: false,
  };
}

function sdr({ format, white }: Base, colour: string, bytes: Buffer, reference: Reference): Input {
  return { format, colour, bytes, expected: computeExpected(reference, white), isHdr: false };
}

function hdr({ format }: Base, colour: keyof typeof CHROMIUM_HDR, bytes: Buffer): Input {
  return { format, colour, bytes, expected: CHROMIUM_HDR[colour], isHdr: true };
}

async function pngInputs(bits: 8 | 16): Promise<Input[]> {
  const white = 2 ** bits - 1;
  const base: Base = {
    format: `PNG ${bits}`,
    white,
    bytes: await image(white).png().toBuffer(),
    withProfile: withPngProfile,
  };
  const cicp = (...points: readonly number[]): Buffer =>
    withPngChunk(base.bytes, 'cICP', Buffer.from([...points, 0, 1]));
  const grey = await image(white, GREYS).png().toBuffer();
  const p3 = chromaticitiesChunk(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06);
  return [
    plain(base),
    ...[...PROFILES, LINEAR_PROFILE].filter(({ colour }) => bits === 16 || colour !== LINEAR_PROFILE.colour).map(
      profile => profiled(base, profile),
    ),
    {
      ...sdr(base, GREY_PROFILE.colour, withPngProfile(grey, GREY_PROFILE.profile), GREY_PROFILE.reference),
      format: `PNG ${bits}, grey`,
    },
    sdr(base, 'gAMA 1.0', withPngChunk(base.bytes, 'gAMA', gammaChunk(1)), LINEAR),
    sdr(base, 'gAMA 1 / 2.2', withPngChunk(base.bytes, 'gAMA', gammaChunk(1 / 2.2)), AS_SRGB),
    sdr(
      base,
      'gAMA 1 / 2.2 and cHRM of P3',
      withPngChunk(withPngChunk(base.bytes, 'cHRM', p3), 'gAMA', gammaChunk(1 / 2.2)),
      P3_GAMMA,
    ),
    sdr(
      base,
      'sRGB before gAMA 1.0',
      withPngChunk(withPngChunk(base.bytes, 'gAMA', gammaChunk(1)), 'sRGB', Buffer.from([0])),
      AS_SRGB,
    ),
    sdr(base, 'cICP of Display P3', cicp(12, 13), IN_P3),
    sdr(base, 'cICP of Display P3 before a profile', withPngProfile(cicp(12, 13), LINEAR_PROFILE.profile), IN_P3),
    sdr(base, 'cICP of BT.2020', cicp(9, 14), IN_BT2020_DISPLAY),
    hdr(base, 'PQ, BT.2020', cicp(9, 16)),
    hdr(base, 'PQ, Display P3', cicp(12, 16)),
    hdr(base, 'HLG, BT.2020', cicp(9, 18)),
    hdr(base, 'PQ, BT.2020, peak 4000', withPngChunk(cicp(9, 16), 'cLLI', lightLevelChunk(4000, 400))),
  ];
}

async function jpegInputs(): Promise<Input[]> {
  const options = { quality: 100, chromaSubsampling: '4:4:4' } as const;
  const base: Base = {
    format: 'JPEG',
    white: 255,
    bytes: await image(255).jpeg(options).toBuffer(),
    withProfile: withJpegProfile,
  };
  const grey = await image(255, GREYS).jpeg(options).toBuffer();
  const patches = PATCHES.map(inks);
  const cmyk = await cmykJpeg(drawChart(patches, 255) as Uint8Array, WIDTH, HEIGHT);
  return [
    plain(base),
    ...PROFILES.map(profile => profiled(base, profile)),
    {
      ...sdr(base, GREY_PROFILE.colour, withJpegProfile(grey, GREY_PROFILE.profile), GREY_PROFILE.reference),
      format: 'JPEG, grey',
    },
    { ...sdr(base, 'no profile', grey, color => AS_SRGB(lightness(color))), format: 'JPEG, grey' },
    { format: 'JPEG, CMYK', colour: 'no profile', bytes: cmyk, expected: patches.map(inksPlain), isHdr: false },
    {
      format: 'JPEG, CMYK',
      colour: 'CMYK profile',
      bytes: withJpegProfile(cmyk, CMYK_PROFILE),
      expected: patches.map(inksByProfile),
      isHdr: false,
    },
    {
      format: 'JPEG, CMYK',
      colour: 'broken profile',
      bytes: withJpegProfile(cmyk, CMYK_PROFILE.subarray(0, 4000)),
      expected: patches.map(inksPlain),
      isHdr: false,
    },
  ];
}

async function webpInputs(): Promise<Input[]> {
  const withProfile = (bytes: Buffer, profile: Buffer): Buffer => withWebpProfile(bytes, profile, WIDTH, HEIGHT);
  const base: Base = {
    format: 'WebP',
    white: 255,
    bytes: await image(255).webp({ lossless: true }).toBuffer(),
    withProfile,
  };
  return [plain(base), ...PROFILES.map(profile => profiled(base, profile))];
}

function heifInputs(base: Base): Input[] {
  const coded = (...how: Parameters<typeof nclx>): Buffer => withNclx(base.bytes, ...how);
  return [
    plain(base),
    ...PROFILES.map(profile => profiled(base, profile)),
    profiled({ ...base, bytes: coded(12, 13) }, { ...ADOBE, colour: `${ADOBE.colour} before nclx` }),
    sdr(base, 'nclx of sRGB', coded(1, 13), AS_SRGB),
    sdr(base, 'nclx of BT.709', coded(1, 1), AS_SRGB),
    sdr(base, 'nclx of Display P3', coded(12, 13), IN_P3),
    sdr(base, 'nclx of BT.2020', coded(9, 14), IN_BT2020),
    hdr(base, 'PQ, BT.2020', coded(9, 16)),
    hdr(base, 'PQ, Display P3', coded(12, 16)),
    hdr(base, 'HLG, BT.2020', coded(9, 18)),
    hdr(base, 'PQ, BT.2020, peak 4000', withProperty(coded(9, 16), 'clli', Buffer.from([0x0f, 0xa0, 0, 0]))),
  ];
}

async function avifInputs(bits: 8 | 10 | 12): Promise<Input[]> {
  const options = { quality: 100, chromaSubsampling: '4:4:4', bitdepth: bits } as const;
  const white = bits === 8 ? 255 : 65535;
  const base: Base = {
    format: `AVIF ${bits}`,
    white,
    bytes: await image(white).avif(options).toBuffer(),
    withProfile: withHeifProfile,
  };
  const grey = await image(white, GREYS).avif(options).toBuffer();
  return [...heifInputs(base), ...greyInputs({ ...base, format: `AVIF ${bits}, grey`, bytes: grey })];
}

/** Decoders do not convert a single channel from the video range. */
function greyInputs(base: Base): Input[] {
  const widen: Reference = ([value]) => AS_SRGB(lightness([Math.min(1, Math.max(0, (value * 255 - 16) / 219)), 0, 0]));
  return [
    sdr(base, 'no profile', base.bytes, color => AS_SRGB(lightness(color))),
    sdr(base, 'nclx in the range of video', withNclx(base.bytes, 1, 13, 6, false), widen),
  ];
}

async function gifInputs(): Promise<Input[]> {
  const bytes = await image(255).gif({ dither: 0, effort: 10 }).toBuffer();
  return [plain({ format: 'GIF', white: 255, bytes, withProfile: same => same })];
}

/** Returns nothing if no Python is found: sharp has no HEVC encoder. */
export async function heicInputs(): Promise<Input[]> {
  const folder = mkdtempSync(join(tmpdir(), 'colour-'));
  try {
    const tool = await pythonTool('pillow-heif');
    const files = [
      ['RGB', drawChart(PATCHES, 255)], ['RGB;16', drawChart(PATCHES, 65535)], ['L', drawChart(GREYS, 255)],
    ] as const;
    const paths = files.map(([mode], i) => [mode, join(folder, `${i}.raw`), join(folder, `${i}.heic`)]);
    files.forEach(([, samples], i) => writeFileSync(paths[i][1], samples));
    await promisify(execFile)(join(tool, 'python'), [
      join(__dirname, 'make_heic.py'), String(WIDTH), String(HEIGHT), ...paths.flat(),
    ]);
    const [heic8, heic10, grey] = paths.map(([, , heic]) => readFileSync(heic));
    const base = { withProfile: withHeifProfile };
    return [
      ...heifInputs({ ...base, format: 'HEIC 8', white: 255, bytes: heic8 }),
      ...heifInputs({ ...base, format: 'HEIC 10', white: 65535, bytes: heic10 }),
      ...greyInputs({ ...base, format: 'HEIC 8, grey', white: 255, bytes: grey }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function inputs(): Promise<Input[]> {
  const avif = ([8, 10, 12] as const).map(avifInputs);
  return (await Promise.all([pngInputs(8), pngInputs(16), jpegInputs(), webpInputs(), ...avif, gifInputs()])).flat();
}
