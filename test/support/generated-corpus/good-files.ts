import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { MadeFile } from './made-file';

/** A scene of the demo, encoded as HEVC: sharp cannot write it. */
const HEIC = join(__dirname, '..', '..', '..', 'local', 'demo', 'samples', 'phone.heic');

/** Smooth colours with sharp edges from a formula: no third-party file is needed. */
export function drawScene(width: number, height: number, seed = 0): Sharp {
  const data = Buffer.alloc(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = (x - width / 2) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2;
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.round(127 + 90 * Math.sin((x + (channel + 1) * y + 37 * seed) / 23));
        data[at++] = isInside ? 255 - wave : wave;
      }
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

type Encode = (scene: Sharp) => Sharp;

const JPEGS: [string, Encode][] = [
  ['baseline', scene => scene.jpeg()],
  ['progressive', scene => scene.jpeg({ progressive: true })],
  ['444', scene => scene.jpeg({ chromaSubsampling: '4:4:4', quality: 95 })],
  ['grey', scene => scene.toColourspace('b-w').jpeg()],
  ['cmyk', scene => scene.toColourspace('cmyk').jpeg()],
  ['gps', scene =>
    // eslint-disable-next-line no-restricted-syntax -- an original as cameras write it
    scene.withExif({ IFD0: { Make: 'A phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 28/1 38/1' } }).jpeg()],
  ['p3', scene => scene.withIccProfile('p3').jpeg()],
];

const PNGS: [string, Encode][] = [
  ['rgb', scene => scene.png()],
  ['palette', scene => scene.png({ palette: true })],
  ['interlaced', scene => scene.png({ progressive: true })],
  ['16-bit', scene => scene.toColourspace('rgb16').png()],
  ['alpha', scene => scene.ensureAlpha(0.5).png()],
  ['grey', scene => scene.toColourspace('b-w').png()],
];

const OTHERS: [string, string, Encode][] = [
  ['webp', 'lossy', scene => scene.webp()],
  ['webp', 'lossless', scene => scene.webp({ lossless: true })],
  ['webp', 'alpha', scene => scene.ensureAlpha(0.5).webp()],
  ['gif', 'still', scene => scene.gif()],
  ['avif', 'still', scene => scene.avif({ effort: 0 })],
  ['avif', '444', scene => scene.avif({ effort: 0, chromaSubsampling: '4:4:4' })],
  ['avif', 'lossless', scene => scene.avif({ effort: 0, lossless: true })],
];

const ENCODINGS: [string, string, Encode][] = [
  ...JPEGS.map(([name, encode]): [string, string, Encode] => ['jpeg', name, encode]),
  ...PNGS.map(([name, encode]): [string, string, Encode] => ['png', name, encode]),
  ...OTHERS,
];

const SIZES = [[320, 200], [1, 1], [33, 257]] as const;

/** Stills of each format in three sizes, one JPEG of each EXIF orientation, animations, and a HEIC. */
export async function goodFiles(): Promise<MadeFile[]> {
  const stills = ENCODINGS.flatMap(([kind, name, encode]) => SIZES.map(async ([width, height]) =>
    makeAccepted(kind, `${name}-${width}x${height}`, await encode(drawScene(width, height)).toBuffer())));
  const heic: MadeFile = { name: 'phone.heic', verdict: 'heic', kind: 'heif/heic', bytes: readFileSync(HEIC) };
  return [...await Promise.all(stills), ...await orientations(), ...await animations(), heic];
}

async function orientations(): Promise<MadeFile[]> {
  return Promise.all(Array.from({ length: 8 }, async (_, i) => {
    // eslint-disable-next-line no-restricted-syntax -- a file as cameras write it
    const bytes = await drawScene(240, 160).withMetadata({ orientation: i + 1 }).jpeg().toBuffer();
    return makeAccepted('jpeg', `orientation-${i + 1}`, bytes);
  }));
}

async function animations(): Promise<MadeFile[]> {
  const frames = await Promise.all([0, 1, 2, 3, 4].map(async seed => drawScene(120, 90, seed).png().toBuffer()));
  const joined = sharp(frames, { join: { animated: true } });
  return [
    makeAccepted('gif', 'animated', await joined.clone().gif({ delay: frames.map(() => 80) }).toBuffer()),
    makeAccepted('webp', 'animated', await joined.clone().webp({ effort: 0 }).toBuffer()),
    makeAccepted('webp', 'animated-lossless', await joined.clone().webp({ lossless: true, effort: 0 }).toBuffer()),
  ];
}

function makeAccepted(kind: string, name: string, bytes: Buffer): MadeFile {
  return { name: `${kind}-${name}.${kind === 'jpeg' ? 'jpg' : kind}`, verdict: 'must_accept', kind, bytes };
}
