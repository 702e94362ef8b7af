import type { Conversion } from './conversion';
import {
  createGammaCurve, decodeHlg, decodePq, decodeSmpte240, decodeSmpte428, decodeSrgb, type Curve,
} from './curves';
import { multiply } from './matrix';
import { BT2020_PRIMARIES, CICP_PRIMARIES, fromXyzD50, SRGB_PRIMARIES, toXyzD50, type Primaries } from './primaries';
import { createToneMap, type HdrKind } from './tone-map';
import type { Cicp } from '../../headers/cicp';
import type { PngColour } from '../../headers/png-colour';

const PQ = 16;
const HLG = 18;
const HDR = new Map<number, HdrKind>([[PQ, 'pq'], [HLG, 'hlg']]);

/** ITU-T H.273, table 3. Chromium takes codes that are missing here for sRGB. */
const CURVES: ReadonlyMap<number, Curve> = new Map<number, Curve>([
  [4, createGammaCurve(2.2)],
  [5, createGammaCurve(2.8)],
  [7, decodeSmpte240],
  [8, createGammaCurve(1)],
  [PQ, decodePq],
  [17, decodeSmpte428],
  [HLG, decodeHlg],
]);

/**
 * The curves of cameras. A PNG with one of them is shown by the curve of displays, ITU-R BT.1886. A photo in AVIF or
 * HEIC is made for sRGB displays. Chromium does both.
 */
const CAMERAS = new Set([1, 6, 11, 14, 15]);
const BT1886: Curve = createGammaCurve(2.4);

interface Coded {
  readonly primaries: Primaries;
  readonly curve: Curve;
  readonly hdr?: HdrKind;
  readonly peak?: number;
}

/** Undefined if the image is sRGB already. */
export function buildHeifConversion(cicp: Pick<Cicp, 'primaries' | 'transfer'>, peak?: number): Conversion | undefined {
  const curve = CURVES.get(cicp.transfer) ?? decodeSrgb;
  return buildConversion({ primaries: findPrimaries(cicp), curve, hdr: HDR.get(cicp.transfer), peak });
}

/**
 * PNG, third edition, section 11.3.2: cICP before iCCP before sRGB before gAMA and cHRM. This function leaves profiles
 * to the caller.
 */
export function buildPngConversion(colour: PngColour): Conversion | undefined {
  const { cicp, isSrgb, hasProfile } = colour;
  if (cicp && isUsable(cicp)) return buildConversion({ ...describePngCicp(cicp), peak: colour.peak });
  return hasProfile || isSrgb ? undefined : buildGammaConversion(colour);
}

/** Section 11.3.2.6: only RGB is allowed. Chromium ignores a chunk of the narrow range. */
export function isUsable({ matrix, fullRange }: Cicp): boolean {
  return matrix === 0 && fullRange;
}

function describePngCicp(cicp: Cicp): Coded {
  const curve = CAMERAS.has(cicp.transfer) ? BT1886 : CURVES.get(cicp.transfer) ?? decodeSrgb;
  return { primaries: findPrimaries(cicp), curve, hdr: HDR.get(cicp.transfer) };
}

function findPrimaries({ primaries }: Pick<Cicp, 'primaries'>): Primaries {
  return CICP_PRIMARIES.get(primaries) ?? SRGB_PRIMARIES;
}

/** libpng, and Chromium with it, takes an exponent this near to 1 / 2.2 for that of sRGB. */
const GAMMA_TOLERANCE = 0.05;

/** Chromium needs gAMA, and takes cHRM only beside it. */
function buildGammaConversion({ gamma, chromaticities }: PngColour): Conversion | undefined {
  if (!gamma) return undefined;
  if (!chromaticities && Math.abs(gamma * 2.2 - 1) < GAMMA_TOLERANCE) return undefined;
  const [wx, wy, ...colours] = chromaticities ?? [];
  const primaries = chromaticities && isSound(chromaticities)
    ? [...colours, wx, wy] as unknown as Primaries
    : SRGB_PRIMARIES;
  return buildConversion({ primaries, curve: createGammaCurve(1 / gamma) });
}

/** Degenerate chromaticities would give a matrix without finite numbers. */
function isSound([wx, wy, rx, ry, gx, gy, bx, by]: readonly number[]): boolean {
  const area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry);
  return wy > 0 && wx + wy <= 1 && Math.abs(area) > 1e-4;
}

function buildConversion({ primaries, curve, hdr, peak }: Coded): Conversion | undefined {
  if (primaries === SRGB_PRIMARIES && curve === decodeSrgb) return undefined;
  const matrix = multiply(fromXyzD50(hdr ? BT2020_PRIMARIES : SRGB_PRIMARIES), toXyzD50(primaries));
  return { curves: [curve, curve, curve], matrix, toneMap: hdr && createToneMap(hdr, peak) };
}
