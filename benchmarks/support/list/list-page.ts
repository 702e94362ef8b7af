import { computeUserSegment } from '../../../lambda/domain/caller';
import { type ImageRecord, NO_TENANT, buildOriginalKey, type VariantRecord } from '../../../src/contract';
import { measureCpuMicros } from '../rounds';

/** P10's list page. */
export const IMAGES = 50;
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

const ROWS = Array.from({ length: IMAGES }, (_, n): ListedRow => {
  const [owner, image_id] = ['alice', `01JDX8W0G2M4Q6S8T0V2X4Z6${String(n).padStart(2, '0')}`];
  return {
    image_id,
    owner,
    object_key: buildOriginalKey(NO_TENANT, computeUserSegment({ userId: owner }), image_id, 'n0nce'),
    variants: VARIANTS,
  };
});

export interface PageResult {
  readonly micros: number;
  /** For each image. */
  readonly signatures: number;
}

/** Enough pages for the compiler to finish, and as many again to tell a page's time from the machine's noise. */
const PAGES = 40;

/** Runs in a fresh process and prints the CPU time of all URLs of a page, once they have been made often enough. */
export async function measurePages(urlsOf: (row: ListedRow) => Promise<string[]>): Promise<void> {
  const page = async (): Promise<string[]> => (await Promise.all(ROWS.map(urlsOf))).flat();
  const makePages = async (): Promise<void> => { for (let i = 0; i < PAGES; i++) check(await page()); };
  await makePages();
  const micros = await measureCpuMicros(makePages) / PAGES;
  const result: PageResult = { micros, signatures: new Set((await page()).map(readSignature)).size / IMAGES };
  process.stderr.write(JSON.stringify(result));
}

/** Both sides must do the work that they are measured by. */
function check(urls: readonly string[]): void {
  const wanted = IMAGES * SIDES.length;
  if (urls.length !== wanted) throw new Error(`a page must have ${wanted} URLs, got: ${urls.length}`);
}

function readSignature(url: string): string {
  const { searchParams } = new URL(url);
  const signature = searchParams.get('Signature') ?? searchParams.get('X-Amz-Signature');
  if (!signature) throw new Error(`a URL must be signed, got: ${url}`);
  return signature;
}
