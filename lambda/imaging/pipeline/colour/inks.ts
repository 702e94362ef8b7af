import type { Raw } from '../raw';

const MAX = 255;

/** In place. CMYK without a profile as browsers show it: each ink and black let a share of the light through. */
export function mixInks({ data, width, height }: Raw): Raw {
  let to = 0;
  for (let from = 0; from < data.length; from += 4) {
    const light = MAX - data[from + 3];
    for (let ink = 0; ink < 3; ink++) data[to++] = Math.round((MAX - data[from + ink]) * light / MAX);
  }
  return { data: data.subarray(0, to), width, height, channels: 3 };
}
