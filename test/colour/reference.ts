import type { Color } from './chart';

/** Three by three, row by row. */
type Matrix = readonly number[];

/**
 * The matrices of CSS Color, level 4, section 18, and of Adobe RGB (1998), section 4.3.5.3, as published. The code
 * under test computes nothing here. The comparison is littlecms 2.19 (Pillow 13, relative colorimetric, 8 bits, the
 * profiles of `colours.ts`). Median and worst ΔE2000 of the chart: sRGB 0 and 0, Display P3 0.09 and 0.35, Adobe RGB
 * 0.13 and 0.59, ProPhoto 0.11 and 0.46, linear 0.11 and 0.40, Display P3 by tables 0.09 and 0.68, CMYK by tables 0.19
 * and 2.05.
 */
export const SRGB_TO_XYZ: Matrix = [
  0.4123907993, 0.3575843394, 0.1804807884,
  0.2126390059, 0.7151686788, 0.0721923154,
  0.0193308187, 0.1191947798, 0.9505321522,
];
const XYZ_TO_SRGB: Matrix = [
  3.2409699419, -1.5373831776, -0.4986107603,
  -0.9692436363, 1.8759675015, 0.0415550574,
  0.0556300797, -0.2039769589, 1.0569715142,
];
export const P3_TO_XYZ: Matrix = [
  0.4865709486, 0.2656676932, 0.1982172852,
  0.2289745641, 0.6917385218, 0.0792869141,
  0, 0.0451133819, 1.0439443689,
];
export const BT2020_TO_XYZ: Matrix = [
  0.636958048, 0.1446169036, 0.1688809752,
  0.262700212, 0.6779980715, 0.0593017165,
  0, 0.028072693, 1.0609850577,
];
export const ADOBE_TO_XYZ: Matrix = [
  0.57667, 0.18556, 0.18823,
  0.29734, 0.62736, 0.07529,
  0.02703, 0.07069, 0.99134,
];
/** Under D50. */
export const PROPHOTO_TO_XYZ_D50: Matrix = [
  0.7977666449, 0.1351812974, 0.0313477341,
  0.2880748288, 0.7118352343, 0.0000899369,
  0, 0, 0.8251046025,
];
const D50_TO_D65: Matrix = [
  0.9554734215, -0.0230984549, 0.0632592432,
  -0.0283697093, 1.009995398, 0.0210414198,
  0.0123140148, -0.0205076493, 1.3303659366,
];
export const D65_TO_D50: Matrix = [
  1.0479297925, 0.0229468706, -0.050192227,
  0.0296278088, 0.9904344267, -0.017073825,
  -0.0092430406, 0.0150551914, 0.7518742814,
];

export function transform(matrix: Matrix, [x, y, z]: Color): Color {
  return [0, 3, 6].map(row => matrix[row] * x + matrix[row + 1] * y + matrix[row + 2] * z) as unknown as Color;
}

export type Curve = (encoded: number) => number;

export const decodeSrgb: Curve = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const encodeSrgb: Curve = light => light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
export const gamma = (exponent: number): Curve => value => value ** exponent;
export const ADOBE_GAMMA = 563 / 256;
/** ROMM RGB, ISO 22028-2. */
export const decodeRomm: Curve = value => value < 16 / 512 ? value / 16 : value ** 1.8;

/**
 * Converts a colour of these primaries and curve to sRGB from 0 to 255. Clips each channel outside the gamut, as
 * littlecms does.
 */
export function toSrgb(color: Color, toXyz: Matrix, curve: Curve, isD50 = false): Color {
  const xyz = transform(toXyz, color.map(curve) as unknown as Color);
  const linear = transform(XYZ_TO_SRGB, isD50 ? transform(D50_TO_D65, xyz) : xyz);
  return linear.map(light => 255 * encodeSrgb(Math.min(1, Math.max(0, light)))) as unknown as Color;
}

/** Under D50, as ICC profiles hold it. */
export function xyzD50(linear: Color, toXyz: Matrix, isD50 = false): Color {
  const xyz = transform(toXyz, linear);
  return isD50 ? xyz : transform(D65_TO_D50, xyz);
}
