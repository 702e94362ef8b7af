import type { ToneMap } from './conversion';
import { multiply } from './matrix';
import { BT2020_PRIMARIES, fromXyzD50, SRGB_PRIMARIES, toXyzD50 } from './primaries';

/** ITU-R BT.2408: the brightness of white paper in an HDR image, in cd/m². */
const REFERENCE_WHITE = 203;
/** Of an image that says nothing of its own: the display of ITU-R BT.2100, table 5. */
const DEFAULT_PEAK = 1000;
const PQ_PEAK = 10_000;
/**
 * ITU-R BT.2100: an HLG display of 1,000 cd/m² has this gamma; the factors of red, green and blue in the luminance of
 * BT.2020.
 */
const HLG_GAMMA = 1.2;
const LUMINANCE = [0.2627, 0.678, 0.0593] as const;
/** How far the curve above white bends towards its knee. */
const KAPPA = 0.65;

export type HdrKind = 'pq' | 'hlg';

/**
 * The reference white tone mapping operator of SMPTE ST 2094-50 for a display without headroom, which Chromium applies
 * to PQ and HLG (Skia, `SkHdrAgtm.cpp`): one gain for all channels, by the largest of them in linear BT.2020. Up to the
 * reference white the gain is constant; above, a quadratic Bézier curve leads to the peak, which becomes the display's
 * white.
 */
export function createToneMap(kind: HdrKind, peak = DEFAULT_PEAK): ToneMap {
  const toSrgb = multiply(fromXyzD50(SRGB_PRIMARIES), toXyzD50(BT2020_PRIMARIES));
  const adapt = adaptWhite(Math.max(1, peak / REFERENCE_WHITE));
  if (kind === 'pq') {
    const scale = PQ_PEAK / REFERENCE_WHITE;
    return { gain: (red, green, blue) => scale * adapt(scale * Math.max(red, green, blue)), toSrgb };
  }
  return {
    gain: (red, green, blue) => {
      const luminance = Math.max(0, LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue);
      const scale = DEFAULT_PEAK / REFERENCE_WHITE * luminance ** (HLG_GAMMA - 1);
      return scale * adapt(scale * Math.max(red, green, blue));
    },
    toSrgb,
  };
}

/**
 * The gain by the largest channel, where 1 is the reference white and `top` the peak. An image that is not brighter is
 * left alone.
 */
function adaptWhite(top: number): (largest: number) => number {
  if (top === 1) return () => 1;
  const share = Math.min(1, Math.log2(top) / Math.log2(DEFAULT_PEAK / REFERENCE_WHITE));
  const white = 1 - share / 2;
  const [middleX, middleY] = [1 - KAPPA + KAPPA / white, (1 - KAPPA) * white + KAPPA];
  const [ax, ay] = [1 - 2 * middleX + top, white - 2 * middleY + 1];
  const [bx, by] = [2 * (middleX - 1), 2 * (middleY - white)];
  return largest => {
    if (largest <= 1) return white;
    if (largest >= top) return 1 / largest;
    const above = largest - 1;
    const t = 2 * above / (bx + Math.sqrt(bx * bx + 4 * ax * above));
    return (white + t * (by + t * ay)) / largest;
  };
}
