import type { Conversion } from './conversion';
import { gammaCurve, hlgCurve, pqCurve, smpte240Curve, smpte428Curve, srgbCurve, type Curve } from './curves';
import { multiply } from './matrix';
import { BT2020_PRIMARIES, CICP_PRIMARIES, fromXyzD50, SRGB_PRIMARIES, toXyzD50, type Primaries } from './primaries';
import { toneMapOf, type HdrKind } from './tone-map';
import type { Cicp } from '../../headers/cicp';
import type { PngColour } from '../../headers/png-colour';

const PQ = 16;
const HLG = 18;
const HDR = new Map<number, HdrKind>([[PQ, 'pq'], [HLG, 'hlg']]);

/** ITU-T H.273, table 3. Chromium takes codes that are missing here for sRGB. */
const CURVES: ReadonlyMap<number, Curve> = new Map<number, Curve>([
  [4, gammaCurve(2.2)],
  [5, gammaCurve(2.8)],
  [7, smpte240Curve],
  [8, gammaCurve(1)],
  [PQ, pqCurve],
  [17, smpte428Curve],
  [HLG, hlgCurve],
]);

/** The curves of cameras. A PNG that names one means the display, ITU-R BT.1886; a photo in AVIF or HEIC is made for sRGB displays. Chromium does both. */
const CAMERAS = new Set([1, 6, 11, 14, 15]);
const BT1886: Curve = gammaCurve(2.4);

interface Coded {
  readonly primaries: Primaries;
  readonly curve: Curve;
  readonly hdr?: HdrKind;
  readonly peak?: number;
}

/** Nothing where the numbers are of sRGB already. */
export function conversionOfHeif(cicp: Pick<Cicp, 'primaries' | 'transfer'>, peak?: number): Conversion | undefined {
  const curve = CURVES.get(cicp.transfer) ?? srgbCurve;
  return conversionOf({ primaries: primariesOf(cicp), curve, hdr: HDR.get(cicp.transfer), peak });
}

/** PNG, third edition, section 11.3.2: cICP before iCCP before sRGB before gAMA and cHRM. A profile is not of this function. */
export function conversionOfPng(colour: PngColour): Conversion | undefined {
  const { cicp, isSrgb, hasProfile } = colour;
  if (cicp && isUsable(cicp)) return conversionOf({ ...codedOfPng(cicp), peak: colour.peak });
  return hasProfile || isSrgb ? undefined : conversionOfGamma(colour);
}

/** Section 11.3.2.6: only RGB is allowed. Chromium ignores a chunk of the narrow range. */
export function isUsable({ matrix, fullRange }: Cicp): boolean {
  return matrix === 0 && fullRange;
}

function codedOfPng(cicp: Cicp): Coded {
  const curve = CAMERAS.has(cicp.transfer) ? BT1886 : CURVES.get(cicp.transfer) ?? srgbCurve;
  return { primaries: primariesOf(cicp), curve, hdr: HDR.get(cicp.transfer) };
}

function primariesOf({ primaries }: Pick<Cicp, 'primaries'>): Primaries {
  return CICP_PRIMARIES.get(primaries) ?? SRGB_PRIMARIES;
}

/** libpng, and Chromium with it, takes an exponent this near to 1 / 2.2 for that of sRGB. */
const GAMMA_TOLERANCE = 0.05;

/** Chromium needs gAMA, and takes cHRM only beside it. */
function conversionOfGamma({ gamma, chromaticities }: PngColour): Conversion | undefined {
  if (!gamma) return undefined;
  if (!chromaticities && Math.abs(gamma * 2.2 - 1) < GAMMA_TOLERANCE) return undefined;
  const [wx, wy, ...colours] = chromaticities ?? [];
  const primaries = chromaticities && isSound(chromaticities) ? [...colours, wx, wy] as unknown as Primaries : SRGB_PRIMARIES;
  return conversionOf({ primaries, curve: gammaCurve(1 / gamma) });
}

/** Chromaticities of no colours make a matrix of no numbers. */
function isSound([wx, wy, rx, ry, gx, gy, bx, by]: readonly number[]): boolean {
  const area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry);
  return wy > 0 && wx + wy <= 1 && Math.abs(area) > 1e-4;
}

function conversionOf({ primaries, curve, hdr, peak }: Coded): Conversion | undefined {
  if (primaries === SRGB_PRIMARIES && curve === srgbCurve) return undefined;
  const matrix = multiply(fromXyzD50(hdr ? BT2020_PRIMARIES : SRGB_PRIMARIES), toXyzD50(primaries));
  return { curves: [curve, curve, curve], matrix, toneMap: hdr && toneMapOf(hdr, peak) };
}
