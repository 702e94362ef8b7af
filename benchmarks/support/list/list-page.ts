import { computeUserSegment } from '../../../lambda/domain/caller';
import { type ImageRecord, NO_TENANT, buildOriginalKey, type VariantRecord } from '../../../src/contract';
import { measureCpuMicros } from '../rounds';

/** Images of P10's list page. */
export const IMAGES = 50;
/** Images of a batch-get, each of an owner of its own: as many as one request may name. */
export const BATCH_IMAGES = 100;
const SIDES = [320, 640, 1280, 2048];

const VARIANTS = SIDES.map((side): VariantRecord => {
  return {
    name: String(side),
    format: 'avif',
    width: side,
    height: side * 3 / 4,
    size: 100 * side,
    settings: 'a1b2c3',
  };
});

export type ListedRow = Required<Pick<ImageRecord, 'image_id' | 'owner' | 'object_key' | 'variants'>>;

export function buildRows(count: number, ownerOf: (n: number) => string): ListedRow[] {
  return Array.from({ length: count }, (_, n) => {
    const [owner, image_id] = [ownerOf(n), `01JDX8W0G2M4Q6S8T0V2X4Z6${String(n).padStart(2, '0')}`];
    return {
      image_id,
      owner,
      object_key: buildOriginalKey(NO_TENANT, computeUserSegment({ userId: owner }), image_id, 'n0nce'),
      variants: VARIANTS,
    };
  });
}

export interface PageResult {
  readonly micros: number;
  /** For each image. */
  readonly signatures: number;
}

/** A page that is made again and again. */
export interface PageWork<T> {
  readonly images: number;
  readonly make: () => Promise<T>;
  readonly listUrls: (made: T) => readonly string[];
  /** Signatures that one more page takes. */
  readonly countSignatures: (urls: readonly string[]) => number | Promise<number>;
}

/** Enough pages for the compiler to finish, and as many again to tell a page's time from the machine's noise. */
const PAGES = 40;

/** Runs in a fresh process and prints the CPU time of all URLs of a page, once they have been made often enough. */
export async function measurePages(urlsOf: (row: ListedRow) => Promise<string[]>): Promise<void> {
  const rows = buildRows(IMAGES, () => 'alice');
  await measureWork<string[]>({
    images: IMAGES,
    make: async () => (await Promise.all(rows.map(urlsOf))).flat(),
    listUrls: urls => urls,
    countSignatures: urls => new Set(urls.map(readSignature)).size,
  });
}

export async function measureWork<T>({ images, make, listUrls, countSignatures }: PageWork<T>): Promise<void> {
  let latest: T;
  const makePages = async (): Promise<void> => { for (let i = 0; i < PAGES; i++) latest = await make(); };
  await makePages();
  const micros = await measureCpuMicros(makePages) / PAGES;
  const urls = listUrls(latest!);
  checkUrls(urls, images);
  const result: PageResult = { micros, signatures: await countSignatures(urls) / images };
  process.stderr.write(JSON.stringify(result));
}

/** All sides must do the work that they are measured by. */
function checkUrls(urls: readonly string[], images: number): void {
  const wanted = images * SIDES.length;
  if (new Set(urls).size !== wanted) throw new Error(`a page must have ${wanted} URLs, got: ${urls.length}`);
  urls.forEach(readSignature);
}

function readSignature(url: string): string {
  const { searchParams } = new URL(url);
  const signature = searchParams.get('Signature') ?? searchParams.get('X-Amz-Signature');
  if (!signature) throw new Error(`a URL must be signed, got: ${url}`);
  return signature;
}
