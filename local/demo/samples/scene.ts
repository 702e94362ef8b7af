import sharp, { type Sharp } from 'sharp';

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** From dawn (0) to dusk (1). */
  readonly hour: number;
  /** How far a balloon has risen, from 0 to 1. Undefined draws no balloon. */
  readonly balloon?: number;
}

/** Sensor noise: without it, encoders would compress the image unrealistically well. */
const GRAIN = { type: 'gaussian', mean: 128, sigma: 10 } as const;
const TILE = { width: 512, height: 512, channels: 3, background: '#808080', noise: GRAIN } as const;

/** Draws hills by a lake. A drawn scene needs no licence of a photograph. */
export function drawScene({ width, height, hour, balloon }: Scene): Sharp {
  const [w, h] = [width, height];
  const sun = { x: w * (0.15 + 0.7 * hour), y: h * (0.42 - 0.3 * Math.sin(Math.PI * hour)) };
  const shore = h * 0.66;
  const [top, low, warm] = hour > 0.7 ? ['#27356b', '#f08a5d', '#ffd9a0'] : ['#2f7fc1', '#cfe9f7', '#fff6d8'];
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="0.62" stop-color="${low}"/></linearGradient>
      <linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${low}"/><stop offset="1" stop-color="#123a4d"/></linearGradient>
      <radialGradient id="sun"><stop offset="0.18" stop-color="${warm}"/><stop offset="1" stop-color="${warm}" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="${w}" height="${h}" fill="url(#sky)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${0.2 * h}" fill="url(#sun)"/>
    ${drawHills(w, shore, 0.3 * h, 5, '#7d93ad')}${drawHills(w, shore, 0.2 * h, 7, '#55738a')}${drawHills(w, shore, 0.12 * h, 11, '#2f5a52')}
    <rect y="${shore}" width="${w}" height="${h - shore}" fill="url(#lake)"/>
    ${drawGlitter(sun.x, shore, w, h, warm)}${drawTrees(w, h)}${balloon === undefined ? '' : drawBalloon(w, h, balloon)}
  </svg>`));
}

/** Adds the grain of a camera. */
export async function drawPhotograph(shown: Scene): Promise<Sharp> {
  const grain = await sharp({ create: TILE }).png({ compressionLevel: 0 }).toBuffer();
  return drawScene(shown).composite([{ input: grain, tile: true, blend: 'soft-light' }]);
}

function drawHills(w: number, base: number, height: number, waves: number, color: string): string {
  const points = Array.from({ length: 97 }, (_, i) => {
    const at = i / 96;
    const rise = 0.55 + 0.3 * Math.sin(at * waves + waves) + 0.15 * Math.sin(at * waves * 5.3)
      + 0.04 * Math.sin(at * waves * 23);
    return `${(at * w).toFixed(1)},${(base - height * rise).toFixed(1)}`;
  });
  return `<polygon points="0,${base} ${points.join(' ')} ${w},${base}" fill="${color}"/>`;
}

function drawGlitter(x: number, shore: number, w: number, h: number, color: string): string {
  return Array.from({ length: 40 }, (_, i) => {
    const depth = (i + 1) / 40;
    const half = w * (0.01 + 0.05 * depth) * (0.6 + 0.4 * Math.sin(i * 12.9));
    const y = shore + (h - shore) * depth;
    return `<rect x="${x - half}" y="${y}" width="${2 * half}" height="${h * 0.003}" fill="${color}" opacity="${0.75 - 0.6 * depth}"/>`;
  }).join('');
}

function drawTrees(w: number, h: number): string {
  return Array.from({ length: 26 }, (_, i) => {
    const x = i < 13 ? w * 0.012 * i : w * (1 - 0.014 * (i - 13));
    const size = h * (0.16 + 0.09 * Math.abs(Math.sin(i * 2.4)));
    const foot = h * (1.02 - 0.02 * Math.sin(i));
    return `<polygon points="${x - size * 0.2},${foot} ${x},${foot - size} ${x + size * 0.2},${foot}" fill="#0d2b25"/>`;
  }).join('');
}

function drawBalloon(w: number, h: number, risen: number): string {
  const [x, y, r] = [w * (0.3 + 0.35 * risen), h * (0.62 - 0.45 * risen), h * 0.09];
  return `<g transform="translate(${x} ${y})"><circle r="${r}" fill="#d7263d"/><ellipse rx="${r * 0.45}" ry="${r}" fill="#f7d046"/>
    <path d="M${-r * 0.6} ${r * 0.8} L${-r * 0.18} ${r * 1.6} H${r * 0.18} L${r * 0.6} ${r * 0.8}" fill="none" stroke="#40342b" stroke-width="${r * 0.06}"/>
    <rect x="${-r * 0.22}" y="${r * 1.6}" width="${r * 0.44}" height="${r * 0.32}" fill="#6b4a2f"/></g>`;
}
