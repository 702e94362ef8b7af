/** From an encoded value to light, both from 0 to 1. */
export type Curve = (encoded: number) => number;

/** IEC 61966-2-1. */
export const decodeSrgb: Curve = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

export function encodeSrgb(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

export function createGammaCurve(exponent: number): Curve {
  return value => value ** exponent;
}

/** SMPTE ST 240. */
export const decodeSmpte240: Curve = value => value < 4 * 0.0228
  ? value / 4
  : ((value + 0.1115) / 1.1115) ** (1 / 0.45);

/** SMPTE ST 428-1: white is at 48 of 52.37 cd/m². */
export const decodeSmpte428: Curve = value => 52.37 / 48 * value ** 2.6;

/** SMPTE ST 2084, ITU-R BT.2100, table 4: of 10,000 cd/m². */
export const decodePq: Curve = value => {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32];
  const root = value ** (1 / m2);
  return (Math.max(0, root - c1) / (c2 - c3 * root)) ** (1 / m1);
};

/** ITU-R BT.2100, table 5: the light of the scene. */
export const decodeHlg: Curve = value => {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
};
