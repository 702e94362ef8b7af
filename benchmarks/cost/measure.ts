import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Recorded } from './metered-service';
import {
  makeEager, makeLazy, type OwnSide, type Side, startNaiveSide, startOwnSide, startTransformSide, type TransformSide,
} from './sides';
import { mergePhotos, mergeRounds, sum, tally, type Tally } from './tally';
import { buildDefaultVariants, CDN_VARIANTS } from '../../src/contract';
import { makeOutput } from '../peers/naive-pipeline';

const VARIANTS = buildDefaultVariants(CDN_VARIANTS);

/** Uploads and requests that the benchmark measures. */
export type StepName =
  | 'upload' | 'uploadLazy' | 'uploadAllEager' | 'uploadTagged' | 'uploadWithoutProcessing' | 'uploadPresignedOnly'
  | 'uploadGuardDuty' | 'uploadNaive' | 'get' | 'list' | 'demandLarge' | 'demandSmall' | 'delete' | 'sweep' | 'ditSmall';

export interface Measured {
  readonly steps: Readonly<Record<StepName, Tally>>;
  /**
   * Mean bytes of the originals, of all variants made at upload, and of the variant of 640 pixels that each side sends
   * to a browser.
   */
  readonly bytes: Readonly<Record<'original' | 'eager' | 'small' | 'smallNaive' | 'smallDit', number>>;
}

export interface MeasureOptions {
  readonly photos: readonly string[];
  readonly rounds: number;
  /** Small uploads before the measurement: functions are warm. */
  readonly warmUps: number;
  /** Bundles of the peers. */
  readonly peers: { readonly api: string; readonly worker: string; readonly imageHandler: string };
  onRound(): void;
}

/** The default of a list page. */
const PAGE = 25;
const SMALL = 640;

interface Sides {
  readonly own: OwnSide;
  readonly lazy: OwnSide;
  /** Has no images: its sweeper finds nothing to do. */
  readonly idle: OwnSide;
  readonly uploads: Readonly<Partial<Record<StepName, Side>>>;
  readonly dit: TransformSide;
}

export async function measure(options: MeasureOptions): Promise<Measured> {
  const sides = await startSides(options);
  try {
    const warm = await makeWarmUpFile();
    await warmUp(sides, warm.path, options.warmUps);
    await warm.remove();
    return await new Measurement(sides, options).run();
  } finally {
    await Promise.all([...Object.values(sides.uploads), sides.idle, sides.dit].map(async side => side.stop()));
  }
}

async function startSides({ peers }: MeasureOptions): Promise<Sides> {
  const own = await startOwnSide('upload', { variants: VARIANTS });
  const lazy = await startOwnSide('uploadLazy', { variants: makeLazy(VARIANTS) });
  return {
    own,
    lazy,
    idle: await startOwnSide('idle', { variants: VARIANTS }),
    uploads: {
      upload: own,
      uploadLazy: lazy,
      uploadNaive: await startNaiveSide(peers.api, peers.worker),
      uploadAllEager: await startOwnSide('uploadAllEager', { variants: makeEager(VARIANTS) }),
      uploadTagged: await startOwnSide('uploadTagged', { variants: makeLazy(VARIANTS), tags: ['holiday'] }),
      uploadWithoutProcessing: await startOwnSide('uploadWithoutProcessing', { processing: false, hasCdn: false }),
      uploadPresignedOnly: await startOwnSide('uploadPresignedOnly', { hasCdn: false }),
      uploadGuardDuty: await startOwnSide('uploadGuardDuty', { variants: VARIANTS, scanner: 'guardduty' }),
    },
    dit: await startTransformSide(peers.imageHandler),
  };
}

async function makeWarmUpFile(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'image-service-warm-'));
  const path = join(folder, 'warm.jpg');
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const pixels = sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080', noise } });
  await writeFile(path, await pixels.jpeg().toBuffer());
  return { path, remove: async () => rm(folder, { recursive: true }) };
}

/** Also fills a list page. */
async function warmUp({ uploads, own, lazy, idle, dit }: Sides, photo: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    for (const side of Object.values(uploads)) await side.upload(photo);
    for (const { walk, upload } of [own, lazy]) {
      const { imageId } = await upload(photo);
      await walk.list(PAGE);
      await walk.transform(await buildPath(walk, imageId, 'large'));
      await walk.delete(imageId);
    }
    await idle.walk.sweep();
    await dit.transform(photo, SMALL, 'webp');
  }
}

/** The path that the edge function asks the origin for, of a browser that accepts AVIF. */
async function buildPath(walk: OwnSide['walk'], imageId: string, name: string): Promise<string> {
  const { result } = await walk.get(imageId);
  const { url } = result.variants!.find(variant => variant.name === name)!;
  return `${new URL(url).pathname.replace(/^\/cdn/, '')}.avif`;
}

type Samples = Map<StepName, Map<string, Tally[]>>;

class Measurement {
  private readonly samples: Samples = new Map();
  private readonly sizes = new Map<string, Map<string, number>>();

  constructor(private readonly sides: Sides, private readonly options: MeasureOptions) {}

  async run(): Promise<Measured> {
    for (let round = 0; round < this.options.rounds; round++) {
      for (const photo of this.options.photos) {
        await this.measureUploads(photo);
        await this.measurePeers(photo);
        this.options.onRound();
      }
    }
    const steps = [...this.samples].map(
      ([name, byPhoto]) => [name, mergePhotos([...byPhoto.values()].map(mergeRounds))],
    );
    const bytes = [...this.sizes].map(
      ([name, byPhoto]) => [name, Math.round(sum([...byPhoto.values()]) / byPhoto.size)],
    );
    return { steps: Object.fromEntries(steps), bytes: Object.fromEntries(bytes) } as Measured;
  }

  /** All sides take turns with each photo, because absolute times drift with the load of the machine. */
  private async measureUploads(photo: string): Promise<void> {
    for (const [name, side] of Object.entries(this.sides.uploads) as [StepName, Side][]) {
      const { steps, imageId } = await side.upload(photo);
      this.add(name, photo, steps);
      if (side === this.sides.own) await this.measureRequests(photo, imageId);
      if (side === this.sides.lazy) {
        const { walk } = this.sides.lazy;
        this.add('demandSmall', photo, [await walk.transform(await buildPath(walk, imageId, 'small'))]);
      }
    }
  }

  private async measureRequests(photo: string, imageId: string): Promise<void> {
    const { walk } = this.sides.own;
    const got = await walk.get(imageId);
    this.addSize('original', photo, got.result.size);
    this.addSize('eager', photo, sum(got.result.variants!.map(({ size = 0 }) => size)));
    this.addSize('small', photo, got.result.variants!.find(({ name }) => name === 'small')!.size!);
    this.add('get', photo, [got]);
    this.add('list', photo, [await walk.list(PAGE)]);
    this.add('demandLarge', photo, [await walk.transform(await buildPath(walk, imageId, 'large'))]);
    this.add('delete', photo, [await walk.delete(imageId)]);
    this.add('sweep', photo, [await this.sides.idle.walk.sweep()]);
  }

  /** A browser that accepts AVIF gets WebP of DIT (AutoWebP), and AVIF of the naive peer. */
  private async measurePeers(photo: string): Promise<void> {
    const dit = await this.sides.dit.transform(photo, SMALL, 'webp');
    this.add('ditSmall', photo, [dit]);
    this.addSize('smallDit', photo, dit.bytes);
    const naive = this.sizes.get('smallNaive')?.get(photo)
      ?? (await makeOutput(await readFile(photo), SMALL, 'avif')).length;
    this.addSize('smallNaive', photo, naive);
  }

  private add(name: StepName, photo: string, steps: readonly Recorded[]): void {
    const byPhoto = this.samples.get(name) ?? new Map<string, Tally[]>();
    byPhoto.set(photo, [...byPhoto.get(photo) ?? [], tally(steps)]);
    this.samples.set(name, byPhoto);
  }

  private addSize(name: string, photo: string, bytes: number): void {
    this.sizes.set(name, new Map(this.sizes.get(name)).set(photo, bytes));
  }
}
