import type { Color } from './chart';
import {
  cicpProfile, gammaCurve, greyProfile, matrixProfile, SRGB_CURVE, tableCurve, tablesProfile,
} from './profiles';
import {
  ADOBE_GAMMA, ADOBE_TO_XYZ, BT2020_TO_XYZ, decodeRomm, decodeSrgb, gamma, P3_TO_XYZ, PROPHOTO_TO_XYZ_D50, SRGB_TO_XYZ,
  toSrgb, xyzD50, type Curve,
} from './reference';

export type Reference = (color: Color) => Color;

const by = (toXyz: readonly number[], curve: Curve, isD50 = false): Reference =>
  color => toSrgb(color, toXyz, curve, isD50);

export const AS_SRGB: Reference = color => color.map(value => 255 * value) as unknown as Color;
export const IN_P3 = by(P3_TO_XYZ, decodeSrgb);
export const IN_BT2020 = by(BT2020_TO_XYZ, decodeSrgb);
/** The curve of a display, ITU-R BT.1886. */
export const IN_BT2020_DISPLAY = by(BT2020_TO_XYZ, gamma(2.4));
export const LINEAR = by(SRGB_TO_XYZ, gamma(1));
export const P3_GAMMA = by(P3_TO_XYZ, gamma(2.2));

export interface Profile {
  readonly colour: string;
  readonly profile: Buffer;
  readonly reference: Reference;
}

const p3 = matrixProfile(P3_TO_XYZ, SRGB_CURVE);

/** RGB profiles. Tables with 17 points a side suffice for a curve that is close to lightness. */
export const PROFILES: readonly Profile[] = [
  { colour: 'sRGB profile', profile: matrixProfile(SRGB_TO_XYZ, SRGB_CURVE), reference: AS_SRGB },
  { colour: 'Display P3 profile', profile: p3, reference: IN_P3 },
  {
    colour: 'Display P3 profile, curve as a table',
    profile: matrixProfile(P3_TO_XYZ, tableCurve(decodeSrgb)),
    reference: IN_P3,
  },
  {
    colour: 'Adobe RGB profile',
    profile: matrixProfile(ADOBE_TO_XYZ, gammaCurve(ADOBE_GAMMA)),
    reference: by(ADOBE_TO_XYZ, gamma(ADOBE_GAMMA)),
  },
  {
    colour: 'ProPhoto profile',
    profile: matrixProfile(PROPHOTO_TO_XYZ_D50, tableCurve(decodeRomm), true),
    reference: by(PROPHOTO_TO_XYZ_D50, decodeRomm, true),
  },
  {
    colour: 'Display P3 profile with tables',
    profile: tablesProfile('RGB ', 17, channels => xyzD50(channels.map(decodeSrgb) as unknown as Color, P3_TO_XYZ)),
    reference: IN_P3,
  },
  { colour: 'profile with the code points of Display P3', profile: cicpProfile(P3_TO_XYZ, 12, 13), reference: IN_P3 },
  { colour: 'broken profile', profile: p3.subarray(0, 300), reference: AS_SRGB },
  { colour: 'grey profile', profile: greyProfile(gammaCurve(1.8)), reference: AS_SRGB },
];

export const LINEAR_PROFILE: Profile = {
  colour: 'linear sRGB profile',
  profile: matrixProfile(SRGB_TO_XYZ, gammaCurve(1)),
  reference: LINEAR,
};

export const lightness: Reference = ([value]) => [value, value, value];
export const GREY_PROFILE: Profile = {
  colour: 'grey profile, gamma 1.8',
  profile: greyProfile(gammaCurve(1.8)),
  reference: color => by(SRGB_TO_XYZ, gamma(1.8))(lightness(color)),
};

/** Each ink transmits a share of the light, on paper that is almost white. Black is almost black. */
const computeInk = (value: number, black: number): number => 0.04 + 0.92 * (1 - value) * (1 - black);
export const CMYK_PROFILE = tablesProfile(
  'CMYK',
  11,
  ([c, m, y, k]) => xyzD50([c, m, y].map(ink => decodeSrgb(computeInk(ink, k))) as unknown as Color, SRGB_TO_XYZ),
);

/** Red, green and blue as inks, with a third of black at the darkest colours. */
export function inks(color: Color): readonly number[] {
  const black = (1 - Math.max(...color)) / 3;
  return [...color.map(value => 1 - value / (1 - black)), black].map(value => Math.min(1, Math.max(0, value)));
}

export const inksPlain = ([c, m, y, k]: readonly number[]): Color =>
  [c, m, y].map(ink => 255 * (1 - ink) * (1 - k)) as unknown as Color;
export const inksByProfile = ([c, m, y, k]: readonly number[]): Color =>
  [c, m, y].map(ink => 255 * computeInk(ink, k)) as unknown as Color;
