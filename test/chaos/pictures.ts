import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Imaging } from '../../lambda/domain/ports';
import type { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { createImaging } from '../../lambda/imaging/make-variants';
import type { ImageJob, ProcessedImage } from '../../lambda/imaging/pipeline/job';
import { IMAGE_LIMITS, type VariantDefinition } from '../../src/contract';

function variant(name: string, side: number): VariantDefinition {
  return { name, width: side, height: side, fit: 'inside', formats: ['webp'], generation: 'eager', animated: false };
}

const VARIANTS = [variant('thumb', 8), variant('small', 12)];

/** Different bytes for each number: bytes after an image's end do not belong to the image. */
export async function pictures(): Promise<{ good(n: number): Buffer; corrupt(n: number): Buffer }> {
  const png = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#336699' } }).png().toBuffer();
  const good = (n: number): Buffer => Buffer.concat([png, Buffer.from(`picture ${n}`)]);
  return { good, corrupt: n => Buffer.concat([good(n).subarray(0, 20), Buffer.from(`picture ${n}`)]) };
}

/**
 * Counts how often each original is processed. The header readers and limits are real; only every so-many-th image is
 * decoded.
 */
export class CountedImaging {
  readonly made = new Map<string, number>();
  readonly port: Imaging;
  private jobs = 0;

  constructor(private readonly pool: DecoderPool | undefined, private readonly every: number) {
    this.port = createImaging({
      variants: VARIANTS,
      limits: IMAGE_LIMITS,
      decoders: { decode: job => this.decode(job) },
    });
  }

  private async decode(job: ImageJob): Promise<ProcessedImage> {
    const hash = createHash('sha256').update(job.bytes).digest('base64');
    this.made.set(hash, (this.made.get(hash) ?? 0) + 1);
    return this.pool && this.jobs++ % this.every === 0 ? this.pool.decode(job) : fakeProcessing(job);
  }
}

function fakeProcessing({ header: { width, height }, variants }: ImageJob): ProcessedImage {
  const made = variants.map(
    ({ name, formats: [format] }) => ({ name, format, width: 8, height: 5, bytes: Buffer.alloc(40, name) }),
  );
  return {
    width,
    height,
    format: 'png',
    animated: false,
    placeholder: { thumbhash: 'aGFzaA==', color: '#336699' },
    variants: made,
  };
}
