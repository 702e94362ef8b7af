import { rgbaToThumbHash } from 'thumbhash';
import type { Placeholder } from './job';
import type { Raw, Resized } from './resize';

export function makePlaceholder(resized: Resized): Placeholder {
  const raw = resized[resized.length - 1];
  const rgba = withAlpha(raw);
  return { thumbhash: Buffer.from(rgbaToThumbHash(raw.width, raw.height, rgba)).toString('base64'), color: dominantColor(rgba) };
}

function withAlpha({ data, width, height, channels }: Raw): Uint8Array {
  if (channels === 4) return data;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) rgba.set(data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return rgba;
}

/** The mean of the fullest of 4096 bins of alike colours, in which a pixel counts as much as it is opaque; white if none is. */
function dominantColor(rgba: Uint8Array): string {
  const bins = new Map<number, { weight: number; sums: [number, number, number] }>();
  for (let i = 0; i < rgba.length; i += 4) {
    const [red, green, blue, alpha] = rgba.subarray(i, i + 4);
    const key = [red, green, blue].reduce((bin, value) => bin * 16 + Math.floor(value / 16), 0);
    const { weight, sums } = bins.get(key) ?? { weight: 0, sums: [0, 0, 0] };
    bins.set(key, { weight: weight + alpha, sums: [sums[0] + red * alpha, sums[1] + green * alpha, sums[2] + blue * alpha] });
  }
  const fullest = [...bins.values()].reduce((most, bin) => bin.weight > most.weight ? bin : most);
  if (fullest.weight === 0) return '#ffffff';
  return `#${fullest.sums.map(sum => Math.round(sum / fullest.weight).toString(16).padStart(2, '0')).join('')}`;
}
