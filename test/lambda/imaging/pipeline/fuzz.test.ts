import fc from 'fast-check';
import sharp from 'sharp';
import type { Imaging } from '../../../../lambda/domain/ports';
import { createImaging } from '../../../../lambda/imaging/make-variants';
import { sniff } from '../../../../lambda/imaging/sniff';
import { runInParallel } from '../../../../local/demo/pool';
import { type Rejection } from '../../../../src/contract';
import { readCorpus } from '../../../support/corpus';
import { encodeAv1, buildSequence, buildStill } from '../support/av1-files';
import { DECODER_LIMITS, openDecoderPool } from '../support/decoder-build';
import { be32, box, ispe, reference } from '../support/files';
import { minimized } from '../support/minimized';
import { mutate, mutation, type Mutation } from '../support/mutations';
import { variant } from '../support/pipeline-samples';

const { FUZZ_SEED, FUZZ_RUNS, FUZZ_ONLY } = process.env;
const seed = FUZZ_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED);
const CHILDREN = 2;
const VARIANTS = [variant(24, ['webp'], { animated: true }), variant(8, ['jpeg'], { fit: 'cover' })];

let worker: Imaging;
const deaths: string[] = [];

openDecoderPool(decoders => {
  worker = createImaging({ variants: VARIANTS, limits: DECODER_LIMITS, decoders });
}, { children: CHILDREN, onDeath: death => deaths.push(death) });

/** One input of every kind that a decoder treats differently. */
async function madeFiles(): Promise<Buffer[]> {
  const raw = { width: 40, height: 30, channels: 3 } as const;
  // Equal in every run, or a seed would not reproduce its inputs.
  const pixels = Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, i) => Math.floor((i * i * 31 + i * 7) / 8) % 256));
  const still = (): sharp.Sharp => sharp(pixels, { raw });
  const clear = (): sharp.Sharp => still().ensureAlpha(0.5);
  const moving = sharp(pixels, { raw: { ...raw, pageHeight: 10 } });
  const [coded, other] = await Promise.all([still(), still().negate()].map(image => encodeAv1(image)));
  const containers = [
    buildSequence([coded, other]),
    buildSequence([coded, other], { alpha: [other, coded], entryBoxes: [box('irot', Buffer.from([1]))], plays: 2 }),
    minimized(coded), minimized({ ...coded, alpha: other, orientation: 6 }),
    buildStill('avif', 1, [{
      id: 1,
      type: 'av01',
      data: coded.data,
      properties: [
        ispe(40, 30), box('av1C', coded.config), box('a1op', Buffer.from([0])),
        box('clap', be32(20, 1, 20, 1, 0, 1, 0, 1)),
      ],
    }]),
    buildStill('avif', 2, [
      {
        id: 1,
        type: 'av01',
        data: coded.data,
        properties: [ispe(40, 30), box('av1C', coded.config), box('clap', be32(20, 1, 20, 1, 0, 1, 0, 1))],
      },
      { id: 2, type: 'iden', properties: [ispe(40, 30)] },
    ], [reference('dimg', 2, 1)]),
  ];
  const images = await Promise.all([
    still().jpeg(), still().jpeg({ progressive: true }), still().toColourspace('cmyk').jpeg(),
    still().withIccProfile('p3').jpeg(),
    still().png(), clear().png({ progressive: true }), still().png({ palette: true }),
    still().toColourspace('rgb16').png(),
    still().gif(), moving.clone().gif({ delay: [50, 50, 50] }),
    still().webp(), clear().webp({ lossless: true }), moving.clone().webp({ delay: [50, 50, 50] }),
    still().avif({ effort: 0 }), clear().avif({ effort: 0 }),
  ].map(async image => image.toBuffer()));
  return [...images, ...containers];
}

/** Small files, since a change to a large file seldom meets bytes that a decoder examines. */
function realFiles(): Buffer[] {
  const small = readCorpus()
    .filter(({ verdict }) => verdict === 'must_accept' || verdict === 'heic')
    .map(({ bytes }) => bytes())
    .filter(({ length }) => length < 4000);
  return small.filter(bytes => sniff(bytes));
}

interface Input {
  readonly file: Buffer;
  readonly changes: Mutation[];
}

const inputs = (files: Buffer[]): fc.Arbitrary<Input> =>
  fc.record({ file: fc.constantFrom(...files), changes: fc.array(mutation, { minLength: 1, maxLength: 4 }) });

/** Our own complete messages, with numbers and names of types. A decoder's text does not match. */
const OURS = [
  /^The upload cannot be read as [A-Za-z]+: [a-z ,'0-9]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
  /^The image is damaged or incomplete: it cannot be decoded\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
  /^The image has \d+ (× \d+( = \d+)? pixels|frames|scans)[a-z ,0-9]*\. At most \d+ are accepted( for (a side|an animation|JPEG|PNG|GIF|WebP|AVIF|HEIC|HEIF))?\. The service does not keep rejected originals: upload a (smaller copy|copy with fewer (frames|scans))\.$/,
  /^The image was confirmed as [A-Za-z]+, but its bytes are of no supported type\. Supported types: [A-Za-z, ]+\. The service does not keep rejected originals: upload a file of type [A-Za-z]+\.$/,
];

interface Judgement {
  /** The stage at which the run ended. */
  readonly end: 'header' | 'decoder' | 'made' | 'fault';
  /** The fault; undefined without one. */
  readonly fault?: string;
}

async function judge({ file, changes }: Input): Promise<Judgement> {
  const bytes = changes.reduce(mutate, file);
  // A file that is no longer an image keeps its former type: the worker checks for itself.
  const inspected = worker.inspect(bytes, sniff(bytes) ?? sniff(file)!);
  if ('rejection' in inspected) return { end: 'header', fault: findFault(inspected.rejection) };
  const result = await worker.make(bytes, inspected.header, VARIANTS);
  if ('rejection' in result) return { end: 'decoder', fault: findFault(result.rejection) };
  const isWhole = result.variants.length === VARIANTS.length
    && result.variants.every(made => sniff(made.bytes) === `image/${made.format}`);
  return { end: 'made', fault: isWhole ? undefined : 'a variant is missing, or not what it says' };
}

function findFault({ code, message }: Rejection): string | undefined {
  return OURS.some(ours => ours.test(message)) ? undefined : `${code}: ${message}`;
}

/** Inputs follow from the seed: `FUZZ_SEED=… FUZZ_ONLY=<number>` runs a single one again. */
test('whatever bytes a worker reads, it ends in variants or in our own words, and no decoder dies of it', async () => {
  const numRuns = Number(FUZZ_RUNS ?? 5000);
  process.stdout.write(`pipeline fuzz: FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}\n`);
  const all = fc.sample(inputs([...await madeFiles(), ...realFiles()]), { seed, numRuns }).map(
    (input, number) => ({ input, number }),
  );
  const wanted = FUZZ_ONLY === undefined ? all : all.filter(({ number }) => number === Number(FUZZ_ONLY));
  const faults: string[] = [];
  const ends: Record<string, number> = {};
  await runInParallel(wanted, CHILDREN, async ({ input, number }) => {
    const before = deaths.length;
    const { end, fault } = await judge(input).catch(
      (error: Error): Judgement => ({ end: 'fault', fault: error.message }),
    );
    ends[end] = (ends[end] ?? 0) + 1;
    if (fault !== undefined || deaths.length > before) faults.push(`FUZZ_ONLY=${number}: ${fault ?? deaths.at(-1)}`);
  });
  expect(faults).toEqual([]);
  expect(deaths).toEqual([]);
  // Inputs that reach no decoder would prove nothing.
  if (wanted.length >= 1000) {
    expect(Object.entries(ends).filter(([, count]) => count < wanted.length * 0.02)).toEqual([]);
  }
  if (wanted.length >= 1000) expect(Object.keys(ends).sort()).toEqual(['decoder', 'header', 'made']);
}, 600_000);
