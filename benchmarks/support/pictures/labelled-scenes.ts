import sharp from 'sharp';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelledScene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The box around the subject. */
  readonly subject: Box;
  readonly png: () => Promise<Buffer>;
}

type Color = readonly [number, number, number];
type Paint = (x: number, y: number) => Color | undefined;

const SUBJECTS = ['face', 'coat', 'flower', 'car', 'dog'] as const;
const BACKGROUNDS = ['meadow', 'wall', 'sea', 'forest'] as const;
const LONG = 1200;
const SHORT = 675;
const COUNT = 40;

/**
 * Each subject before each background, once in landscape format and once upright, a quarter of the long side from an
 * end: where photographers put it.
 */
export function createLabelledScenes(): LabelledScene[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const subject = SUBJECTS[i % SUBJECTS.length];
    const background = BACKGROUNDS[Math.floor(i / SUBJECTS.length) % BACKGROUNDS.length];
    const isWide = i < COUNT / 2;
    const [width, height] = isWide ? [LONG, SHORT] : [SHORT, LONG];
    const random = createRandom(i + 1);
    const size = Math.round(SHORT * (0.22 + 0.14 * random()));
    const along = Math.round(LONG * (i % 2 === 0 ? 0.15 + 0.08 * random() : 0.77 + 0.08 * random()));
    const across = Math.round(SHORT * (0.45 + 0.15 * random()));
    const [x, y] = isWide ? [along, across] : [across, along];
    const box = { left: x - size / 2, top: y - size / 2, width: size, height: size };
    const layers = [createSubjectPaint(subject, box), createBackgroundPaint(background, height, i)];
    return {
      name: `${subject} before ${background}, ${isWide ? 'wide' : 'upright'}`,
      width,
      height,
      subject: box,
      png: async () => draw(width, height, layers, i),
    };
  });
}

function draw(width: number, height: number, layers: readonly Paint[], seed: number): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = layers.reduce<Color | undefined>((found, paint) => found ?? paint(x, y), undefined)!;
      const grain = 6 * (computeNoise(x, y, seed) - 0.5);
      for (const value of color) data[at++] = Math.max(0, Math.min(255, Math.round(value + grain)));
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 }).toBuffer();
}

/** Coordinates in the box, from -1 to 1. */
function createSubjectPaint(subject: typeof SUBJECTS[number], { left, top, width, height }: Box): Paint {
  const at = (u: number, v: number): Color | undefined => PAINTERS[subject](u, v);
  return (x, y) => {
    const [u, v] = [(x - left) / width * 2 - 1, (y - top) / height * 2 - 1];
    return Math.abs(u) <= 1 && Math.abs(v) <= 1 ? at(u, v) : undefined;
  };
}

const isInside = (u: number, v: number, x: number, y: number, rx: number, ry: number): boolean =>
  ((u - x) / rx) ** 2 + ((v - y) / ry) ** 2 <= 1;

const PAINTERS: Record<typeof SUBJECTS[number], (u: number, v: number) => Color | undefined> = {
  face: (u, v) => {
    if (isInside(u, v, -0.25, -0.1, 0.1, 0.07) || isInside(u, v, 0.25, -0.1, 0.1, 0.07)) return [40, 30, 28];
    if (isInside(u, v, 0, 0.5, 0.28, 0.08)) return [170, 70, 70];
    if (isInside(u, v, 0, 0.1, 0.68, 0.88)) {
      return [224 - 40 * Math.abs(u), 172 - 36 * Math.abs(u), 140 - 30 * Math.abs(u)];
    }
    return isInside(u, v, 0, -0.2, 0.8, 0.8) ? [58, 40, 30] : undefined;
  },
  coat: (u, v) => {
    if (isInside(u, v, 0, -0.72, 0.2, 0.26)) return [220, 170, 138];
    if (Math.abs(u) < 0.3 + 0.25 * v && v > -0.5 && v < 0.55) return Math.abs(u) < 0.03 ? [90, 20, 20] : [196, 40, 44];
    return v >= 0.55 && Math.abs(Math.abs(u) - 0.18) < 0.12 ? [50, 54, 78] : undefined;
  },
  flower: (u, v) => {
    const [angle, radius] = [Math.atan2(v, u), Math.hypot(u, v)];
    if (radius < 0.25) return [240, 190, 40];
    return radius < 0.6 + 0.4 * Math.cos(6 * angle) ** 2 ? [214 - 60 * radius, 70, 150] : undefined;
  },
  car: (u, v) => {
    if (isInside(u, v, -0.55, 0.45, 0.2, 0.2) || isInside(u, v, 0.55, 0.45, 0.2, 0.2)) return [25, 25, 28];
    if (v > -0.3 && v < 0.05 && Math.abs(u) < 0.5 - 0.4 * (0.05 - v)) {
      return Math.abs(u) < 0.04 ? [30, 80, 170] : [180, 205, 220];
    }
    return v >= 0.05 && v < 0.45 && Math.abs(u) < 0.98 ? [36, 96, 200] : undefined;
  },
  dog: (u, v) => {
    if (isInside(u, v, 0.68, -0.42, 0.06, 0.06)) return [15, 12, 10];
    if (isInside(u, v, 0.62, -0.35, 0.32, 0.28) || isInside(u, v, -0.05, 0.1, 0.72, 0.36)) {
      return [150 + 30 * v, 98 + 20 * v, 52];
    }
    return v > 0.3 && v < 0.95 && [-0.55, -0.3, 0.3, 0.5].some(leg => Math.abs(u - leg) < 0.09)
      ? [120, 76, 40]
      : undefined;
  },
};

function createBackgroundPaint(background: typeof BACKGROUNDS[number], height: number, seed: number): Paint {
  switch (background) {
    case 'meadow': return (x, y) => y < height * 0.4
      ? [150 + 60 * y / height, 190 + 40 * y / height, 232]
      : [96 + 24 * computeSmoothNoise(x / 9, y / 5, seed), 132 + 30 * computeSmoothNoise(x / 6, y / 14, seed), 70];
    case 'wall': return (x, y) => {
      const isJoint = y % 45 < 4 || (x + (Math.floor(y / 45) % 2) * 50) % 100 < 4;
      const shade = 18 * computeSmoothNoise(x / 30, y / 30, seed);
      return isJoint ? [176, 172, 166] : [158 + shade, 150 + shade, 142 + shade];
    };
    case 'sea': return (x, y) => y < height * 0.35
      ? [186, 206, 224]
      : [
        40 + 30 * computeSmoothNoise(x / 40, y / 6, seed), 92 + 30 * computeSmoothNoise(x / 40, y / 6, seed),
        128 + 24 * computeSmoothNoise(x / 60, y / 9, seed),
      ];
    case 'forest': return (x, y) => {
      const isTrunk = computeSmoothNoise(x / 34, 0.5, seed) > 0.66;
      const leaf = computeSmoothNoise(x / 7, y / 7, seed + 1);
      return isTrunk && y > height * 0.25
        ? [66 + 16 * leaf, 56 + 14 * leaf, 46]
        : [44 + 44 * leaf, 70 + 50 * leaf, 44 + 12 * leaf];
    };
  }
}

/** Value noise: random values on a grid, with soft steps between. */
function computeSmoothNoise(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [easePart(x - column), easePart(y - row)];
  const above = computeNoise(column, row, seed) * (1 - u) + computeNoise(column + 1, row, seed) * u;
  const below = computeNoise(column, row + 1, seed) * (1 - u) + computeNoise(column + 1, row + 1, seed) * u;
  return above * (1 - v) + below * v;
}

function easePart(part: number): number {
  return part * part * (3 - 2 * part);
}

/** A value from 0 to 1; equal places have equal values. */
function computeNoise(x: number, y: number, seed: number): number {
  const value = Math.sin(x * 127.1 + y * 311.7 + seed * 74.7) * 43758.5453;
  return value - Math.floor(value);
}

function createRandom(seed: number): () => number {
  let state = seed * 7919 % 233280;
  return () => (state = (state * 9301 + 49297) % 233280) / 233280;
}
