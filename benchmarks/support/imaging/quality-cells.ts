import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { ImagingSamples } from './samples';
import { FORMATS, type ImagingTask, type LossyFormat } from './task';
import { pythonTool } from '../../../test/python-tools';
import { listPhotos } from '../pictures/photos';

/** One output of one photo, and its quality score. */
export interface Cell {
  readonly photo: string;
  readonly how: ImagingTask['how'];
  readonly side: number;
  readonly format: LossyFormat;
  readonly bytes: number;
  /** SSIMULACRA2: 100 is the reference itself; 90 cannot be told from it, 70 is high quality, 50 medium. */
  readonly score: number;
}

interface Output extends Omit<Cell, 'score'> {
  readonly path: string;
}

/** Scores against the whole photo, decoded without any shortcut and made smaller by Lanczos3. */
export async function scoreCells(hows: readonly ImagingTask['how'][], sides: readonly number[]): Promise<Cell[]> {
  const tool = await pythonTool('ssimulacra2', console.error);
  const samples = await ImagingSamples.build();
  const folder = await mkdtemp(join(tmpdir(), 'quality-'));
  try {
    const cells: Cell[] = [];
    for (const photo of listPhotos()) cells.push(...await scorePhoto(photo, hows, sides, { tool, samples, folder }));
    return cells;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Tools {
  readonly tool: string;
  readonly samples: ImagingSamples;
  readonly folder: string;
}

async function scorePhoto(
  photo: string, hows: readonly ImagingTask['how'][], sides: readonly number[], { tool, samples, folder }: Tools,
): Promise<Cell[]> {
  const outputs: Output[] = [];
  for (const how of hows) {
    const into = join(folder, `${basename(photo)} ${how}`);
    await mkdir(into);
    await samples.take({ how, photo, sides, formats: FORMATS, folder: into });
    for (const [side, format] of sides.flatMap(each => FORMATS.map(of => [each, of] as const))) {
      const path = join(into, `${side}.${format}`);
      outputs.push({ photo: basename(photo), how, side, format, path, bytes: (await readFile(path)).length });
    }
  }
  const whole = await decodeWhole(photo);
  const references = new Map<number, string>();
  for (const side of sides) {
    const { path } = outputs.find(output => output.side === side)!;
    references.set(side, await writeReference(whole, path, join(folder, `${basename(photo)} ${side}.png`)));
  }
  const pairs: string[] = [];
  for (const { side, path } of outputs) pairs.push(`${references.get(side)}\t${await convertToPng(path)}`);
  const scores = await computeScores(tool, pairs);
  return outputs.map(({ path: _, ...output }, i) => ({ ...output, score: scores[i] }));
}

/**
 * Writes the reference at the exact, rounded size of an output. It resizes from all pixels: for large reductions, sharp
 * lets the decoder shrink first.
 */
async function writeReference(whole: Pixels, like: string, path: string): Promise<string> {
  const { width, height } = await sharp(like).metadata();
  await sharp(whole.data, { raw: whole.info }).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).png().toFile(
    path,
  );
  return path;
}

interface Pixels {
  readonly data: Buffer;
  readonly info: sharp.OutputInfo;
}

function decodeWhole(photo: string): Promise<Pixels> {
  return sharp(photo).autoOrient().raw().toBuffer({ resolveWithObject: true });
}

async function convertToPng(path: string): Promise<string> {
  await sharp(path).png({ compressionLevel: 1 }).toFile(`${path}.png`);
  return `${path}.png`;
}

async function computeScores(tool: string, pairs: readonly string[]): Promise<number[]> {
  const stdout = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      join(tool, 'python'), [join(__dirname, 'score_images.py')], (error, out) => error ? reject(error) : resolve(out),
    );
    child.stdin!.end(`${pairs.join('\n')}\n`);
  });
  const scores = stdout.trim().split('\n').map(Number);
  if (scores.length !== pairs.length || scores.some(Number.isNaN)) {
    throw new Error(`a score is needed for each of ${pairs.length} pairs, got: ${stdout}`);
  }
  return scores;
}
