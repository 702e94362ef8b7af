import type { Color } from './chart';
import { xyzD50, type Curve } from './reference';

type Kind = 'RGB ' | 'GRAY' | 'CMYK';

const s15 = (value: number): number => Math.round(value * 2 ** 16);

function tag(type: string, ...words: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4), ...words]);
  return Buffer.concat([bytes, Buffer.alloc((4 - bytes.length % 4) % 4)]);
}

function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeInt32BE(value, i * 4));
  return bytes;
}

function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2));
  return bytes;
}

const xyzTag = (xyz: Color): Buffer => tag('XYZ ', int32(...xyz.map(s15)));
const gammaTag = (exponent: number): Buffer => tag('para', uint16(0, 0), int32(s15(exponent)));
/** Type 3: a power function after a line, as in sRGB. */
const parametersTag = (parameters: readonly number[]): Buffer =>
  tag('para', uint16(3, 0), int32(...parameters.map(s15)));
const tableTag = (curve: Curve): Buffer =>
  tag('curv', int32(1024), uint16(...Array.from({ length: 1024 }, (_, i) => Math.round(65535 * curve(i / 1023)))));

export const SRGB_CURVE = parametersTag([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
export const gammaCurve = gammaTag;
export const tableCurve = tableTag;

/** A display profile of ICC.1:2022 (version 4.3): the header, a table of tags, the tags. */
export function buildProfile(kind: Kind, tags: Readonly<Record<string, Buffer>>, connection = 'XYZ '): Buffer {
  const text = tag('mluc', int32(1, 12), Buffer.from('enUS'), int32(8, 28), Buffer.from('\0t\0e\0s\0t', 'latin1'));
  const all = { desc: text, cprt: text, wtpt: xyzTag([0.9642, 1, 0.8249]), ...tags };
  const entries = Object.entries(all);
  const head = Buffer.alloc(128 + 4 + 12 * entries.length);
  head.writeUInt32BE(0x04300000, 8);
  head.write(`${kind === 'CMYK' ? 'prtr' : 'mntr'}${kind}${connection}`, 12, 'latin1');
  head.writeUInt16BE(2026, 24);
  head.writeUInt16BE(1, 26);
  head.writeUInt16BE(1, 28);
  head.write('acsp', 36, 'latin1');
  int32(s15(0.9642), s15(1), s15(0.8249)).copy(head, 68);
  head.writeUInt32BE(entries.length, 128);
  let at = head.length;
  for (const [i, [name, bytes]] of entries.entries()) {
    head.write(name, 132 + 12 * i, 'latin1');
    int32(at, bytes.length).copy(head, 136 + 12 * i);
    at += bytes.length;
  }
  head.writeUInt32BE(at);
  return Buffer.concat([head, ...entries.map(([, bytes]) => bytes)]);
}

export function matrixProfile(toXyz: readonly number[], curve: Buffer, isD50 = false): Buffer {
  const [rXYZ, gXYZ, bXYZ] = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map(
    color => xyzTag(xyzD50(color, toXyz, isD50)),
  );
  return buildProfile('RGB ', { rXYZ, gXYZ, bXYZ, rTRC: curve, gTRC: curve, bTRC: curve });
}

export function greyProfile(curve: Buffer): Buffer {
  return buildProfile('GRAY', { kTRC: curve });
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/**
 * ICC.1:2022, section 10.10: a `lut16Type` from this number of channels to Lab, encoded as in section 6.3.4.2 of
 * version 2.
 */
export function tablesProfile(
  kind: 'RGB ' | 'CMYK', points: number, toXyzD50: (channels: readonly number[]) => Color,
): Buffer {
  const inputs = kind === 'CMYK' ? 4 : 3;
  const grid: number[] = [];
  for (let node = 0; node < points ** inputs; node++) {
    const channels = Array.from(
      { length: inputs }, (_, i) => Math.floor(node / points ** (inputs - 1 - i)) % points / (points - 1),
    );
    const [L, a, b] = toLab(toXyzD50(channels));
    grid.push(...[L / 100 * 0xff00, (a + 128) * 256, (b + 128) * 256].map(
      value => Math.min(65535, Math.max(0, Math.round(value))),
    ));
  }
  const ends = (count: number): Buffer => uint16(...Array.from({ length: count }, () => [0, 65535]).flat());
  const head = Buffer.from([inputs, 3, points, 0]);
  const A2B0 = tag('mft2', head, int32(...IDENTITY.map(s15)), uint16(2, 2), ends(inputs), uint16(...grid), ends(3));
  return buildProfile(kind, { A2B0, A2B1: A2B0 }, 'Lab ');
}

function toLab(xyz: Color): Color {
  const relative = xyz.map((value, i) => value / [0.9642, 1, 0.8249][i]);
  const [x, y, z] = relative.map(value => value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27 * value + 16) / 116);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ICC.1:2022, section 9.2.17: the code points of HDR, beside tables that can only approximate it. */
export function cicpProfile(toXyz: readonly number[], primaries: number, transfer: number): Buffer {
  const [rXYZ, gXYZ, bXYZ] = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map(color => xyzTag(xyzD50(color, toXyz)));
  const curve = gammaTag(2.2);
  return buildProfile('RGB ', {
    cicp: tag('cicp', Buffer.from([primaries, transfer, 0, 1])),
    rXYZ,
    gXYZ,
    bXYZ,
    rTRC: curve,
    gTRC: curve,
    bTRC: curve,
  });
}
