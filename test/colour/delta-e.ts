import type { Color } from './chart';
import { decodeSrgb, SRGB_TO_XYZ, transform } from './reference';

type Lab = readonly [L: number, a: number, b: number];

/** The white of sRGB, IEC 61966-2-1. */
const WHITE = [0.9505, 1, 1.089];

function toLab(color: Color): Lab {
  const xyz = transform(SRGB_TO_XYZ, color.map(value => decodeSrgb(value / 255)) as unknown as Color);
  const [x, y, z] = xyz.map((value, i) => value / WHITE[i]).map(
    value => value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27 * value + 16) / 116,
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const radians = (degrees: number): number => degrees * Math.PI / 180;
const cosine = (degrees: number): number => Math.cos(radians(degrees));
const computeHue = (a: number, b: number): number => (a === 0 && b === 0
  ? 0
  : (Math.atan2(b, a) * 180 / Math.PI + 360) % 360);

/** CIEDE2000 of two colours of sRGB from 0 to 255, ISO/CIE 11664-6. */
export function deltaE(one: Color, other: Color): number {
  return deltaELab(toLab(one), toLab(other));
}

export function deltaELab([L1, a1, b1]: Lab, [L2, a2, b2]: Lab): number {
  const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const G = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)));
  const [A1, A2] = [a1 * (1 + G), a2 * (1 + G)];
  const [C1, C2] = [Math.hypot(A1, b1), Math.hypot(A2, b2)];
  const [h1, h2] = [computeHue(A1, b1), computeHue(A2, b2)];
  const isGrey = C1 * C2 === 0;
  const turn = h2 - h1 > 180 ? -360 : h2 - h1 < -180 ? 360 : 0;
  const dh = isGrey ? 0 : h2 - h1 + turn;
  const H = isGrey || turn === 0 ? (isGrey ? h1 + h2 : (h1 + h2) / 2) : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const [L, C] = [(L1 + L2) / 2, (C1 + C2) / 2];
  const T = 1 - 0.17 * cosine(H - 30) + 0.24 * cosine(2 * H) + 0.32 * cosine(3 * H + 6) - 0.2 * cosine(4 * H - 63);
  const SL = 1 + 0.015 * (L - 50) ** 2 / Math.sqrt(20 + (L - 50) ** 2);
  const RT = -2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7)) * Math.sin(radians(60 * Math.exp(-(((H - 275) / 25) ** 2))));
  const [l, c, h] = [
    (L2 - L1) / SL, (C2 - C1) / (1 + 0.045 * C),
    2 * Math.sqrt(C1 * C2) * Math.sin(radians(dh / 2)) / (1 + 0.015 * C * T),
  ];
  return Math.sqrt(l ** 2 + c ** 2 + h ** 2 + RT * c * h);
}
