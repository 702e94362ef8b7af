import type { Conversion } from './conversion';
import { encodeSrgb, type Curve } from './curves';
import type { Raw } from '../raw';

/** Finer than 16 bits buy nothing: the steepest step of sRGB is a fifth of one of its 255. */
const STEPS = 2 ** 14;
const MAX_8 = 255;
const BITS_8 = 2 ** 8;
const BITS_16 = 2 ** 16;

let encoded: Uint8Array | undefined;

/** The largest value of a channel, and whether channels have two bytes. */
export interface Depth {
  readonly white: number;
  readonly isDeep: boolean;
}

export const DEPTH_8: Depth = { white: MAX_8, isDeep: false };

/**
 * In place: a pixel of 8 bits never begins behind the one that it is made from. Colours that sRGB does not have are
 * clipped in linear light, as browsers do.
 */
export function convertToSrgb(
  { data, width, height, channels }: Raw, { white, isDeep }: Depth, conversion: Conversion,
): Raw {
  const source = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const tables = tabulate(conversion.curves, white, isDeep ? BITS_16 : BITS_8);
  const alpha = isDeep && channels === 4 ? narrowAlpha(source, white) : undefined;
  if (conversion.toneMap) applyToneMap(source, channels, tables, conversion, data);
  else transform(source, channels, tables, conversion, data);
  alpha?.forEach((value, pixel) => { data[pixel * 4 + 3] = value; });
  return { data: data.subarray(0, source.length), width, height, channels };
}

type Source = Uint8Array | Uint16Array;
type Tables = readonly [Float64Array, Float64Array, Float64Array];

/** A value above white can only come from the resize. */
function tabulate(curves: Conversion['curves'], white: number, entries: number): Tables {
  const tables = new Map<Curve, Float64Array>();
  for (const curve of new Set(curves)) {
    tables.set(curve, Float64Array.from({ length: entries }, (_, i) => curve(Math.min(1, i / white))));
  }
  return curves.map(curve => tables.get(curve)!) as unknown as Tables;
}

function getEncodings(): Uint8Array {
  return encoded ??= Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(MAX_8 * encodeSrgb(i / STEPS)));
}

function toStep(light: number): number {
  return light <= 0 ? 0 : light >= 1 ? STEPS : Math.round(light * STEPS);
}

function transform(
  data: Source, channels: number, [reds, greens, blues]: Tables, { matrix }: Conversion, out: Buffer,
): void {
  const encode = getEncodings();
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix;
  for (let i = 0; i < data.length; i += channels) {
    const red = reds[data[i]];
    const green = greens[data[i + 1]];
    const blue = blues[data[i + 2]];
    out[i] = encode[toStep(rr * red + rg * green + rb * blue)];
    out[i + 1] = encode[toStep(gr * red + gg * green + gb * blue)];
    out[i + 2] = encode[toStep(br * red + bg * green + bb * blue)];
  }
}

function applyToneMap(
  data: Source, channels: number, [reds, greens, blues]: Tables, { matrix, toneMap: map }: Conversion, out: Buffer,
): void {
  const encode = getEncodings();
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix;
  const { gain, toSrgb: [srr, srg, srb, sgr, sgg, sgb, sbr, sbg, sbb] } = map!;
  for (let i = 0; i < data.length; i += channels) {
    const r = reds[data[i]];
    const g = greens[data[i + 1]];
    const b = blues[data[i + 2]];
    const red = rr * r + rg * g + rb * b;
    const green = gr * r + gg * g + gb * b;
    const blue = br * r + bg * g + bb * b;
    const factor = gain(red, green, blue);
    out[i] = encode[toStep(factor * (srr * red + srg * green + srb * blue))];
    out[i + 1] = encode[toStep(factor * (sgr * red + sgg * green + sgb * blue))];
    out[i + 2] = encode[toStep(factor * (sbr * red + sbg * green + sbb * blue))];
  }
}

function narrowAlpha(deep: Source, white: number): Uint8Array {
  return Uint8Array.from(
    { length: deep.length / 4 }, (_, pixel) => Math.min(MAX_8, Math.round(deep[pixel * 4 + 3] / white * MAX_8)),
  );
}
