import { rgbaToThumbHash } from 'thumbhash';
import type { Placeholder } from './job';
import type { Raw } from './raw';
import type { Resized } from './resize';

export function makePlaceholder(resized: Resized): Placeholder {
  const raw = resized[resized.length - 1];
  const rgba = addAlpha(raw);
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(raw.width, raw.height, rgba)).toString('base64'),
    color: findDominantColor(rgba),
  };
}

function addAlpha({ data, width, height, channels }: Raw): Uint8Array {
  if (channels === 4) return data;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) rgba.set(data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return rgba;
}

const BINS = 16 ** 3;

/**
 * The mean of the fullest of 4096 bins of similar colours. Pixels weigh by their opacity; white if all are transparent.
 */
function findDominantColor(rgba: Uint8Array): string {
  // Weight and the sums of red, green and blue. Flat, as a fresh decoder has not compiled anything yet: with objects
  // this took 50 ms there.
  const bins = new Float64Array(BINS * 4);
  let fullest = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3];
    const bin = (toSixteenth(rgba[i]) * 256 + toSixteenth(rgba[i + 1]) * 16 + toSixteenth(rgba[i + 2])) * 4;
    bins[bin] += alpha;
    for (let channel = 0; channel < 3; channel++) bins[bin + 1 + channel] += rgba[i + channel] * alpha;
    if (bins[bin] > bins[fullest]) fullest = bin;
  }
  const [weight, ...sums] = bins.subarray(fullest, fullest + 4);
  if (weight === 0) return '#ffffff';
  return `#${sums.map(sum => Math.round(sum / weight).toString(16).padStart(2, '0')).join('')}`;
}

function toSixteenth(value: number): number {
  return Math.floor(value / 16);
}
