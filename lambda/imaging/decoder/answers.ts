import * as v from 'valibot';
import type { Frame } from './frames';
import type { Verdict } from './messages';
import { VARIANT_FORMATS } from '../../../src/contract';
import { getFormat } from '../header';
import type { ImageJob, EncodedVariant } from '../pipeline/job';
import { plan } from '../pipeline/plan';
import { sniff } from '../sniff';

/** Enough for every signature of the sniffer. */
const START_BYTES = 512;
const FAULT_LENGTH = 300;

/** No decoded format has longer sides, and variants are never enlarged. */
const Side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const LONGEST_STEP = 3_600_000;
const Milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_STEP));

const Image = v.strictObject({
  width: Side,
  height: Side,
  format: v.string(),
  animated: v.boolean(),
  /** A ThumbHash has 25 bytes at most. */
  placeholder: v.strictObject({
    thumbhash: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{4,36}={0,2}$/)),
    color: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)),
  }),
  variants: v.array(
    v.strictObject({ name: v.string(), format: v.picklist(VARIANT_FORMATS), width: Side, height: Side }),
  ),
  times: v.optional(v.strictObject({ decode: Milliseconds, encode: Milliseconds })),
});

const Head = v.variant('kind', [
  v.strictObject({ kind: v.literal('ready'), isClosed: v.boolean() }),
  v.strictObject({ kind: v.literal('corrupt') }),
  v.strictObject({
    kind: v.literal('fault'),
    message: v.pipe(v.string(), v.transform(text => text.slice(0, FAULT_LENGTH))),
  }),
  v.strictObject({ kind: v.literal('image'), image: Image }),
]);

export function readReady({ head }: Frame): { readonly isClosed: boolean } | undefined {
  return v.is(Head, head) && head.kind === 'ready' ? head : undefined;
}

/**
 * Checks a decoder's answer against its job. Undefined for an answer that our decoder would never give.
 * The process has read untrusted bytes, and an attacker may control it. Storage keys are built from these names
 * and formats, so only the requested variants are accepted, in the requested order.
 */
export function checkAnswer(job: ImageJob, { head, blobs }: Frame): Verdict | undefined {
  const { success, output } = v.safeParse(Head, head, { abortEarly: true });
  if (!success || output.kind === 'ready') return undefined;
  if (output.kind !== 'image') return output;
  const { image } = output;
  if (image.format !== getFormat(job.header) || (image.animated && job.header.frames === 1)) return undefined;
  const variants = blobs.map((bytes, i): EncodedVariant => ({ ...image.variants[i], bytes }));
  const planned = plan(job, image);
  if (![blobs, image.variants].every(({ length }) => length === planned.length)) return undefined;
  const isAsPlanned = planned.every(
    ({ variant: name, format, size }, i) => isMade(variants[i], { name, format, ...size }),
  );
  return isAsPlanned ? { kind: 'image', image: { ...image, variants } } : undefined;
}

function isMade({ bytes, ...made }: EncodedVariant, wanted: Omit<EncodedVariant, 'bytes'>): boolean {
  return made.name === wanted.name && made.format === wanted.format && made.width === wanted.width
    && made.height === wanted.height
    && sniff(bytes.subarray(0, START_BYTES)) === `image/${wanted.format}`;
}
