import Table from 'cli-table3';
import type { DemoRun, ImageRun } from './run';
import { isByCdn } from './variants';

/** Further failures are only counted. */
const NAMED_FAILURES = 20;
/** Images with a row of their own: the first ones, since the generated ones differ most there. */
const NAMED_IMAGES = 12;

/** Number of printed signed URLs. */
const SHOWN_URLS = 3;
const SHOWN_VARIANT = 'medium';

/** Lists CDN URLs of some images. Presigned storage URLs are left out. */
export function listUrls(runs: readonly ImageRun[]): string[] {
  return runs.flatMap(({ file, image, failure }) => {
    const variant = failure === undefined ? image?.variants.find(({ name }) => name === SHOWN_VARIANT) : undefined;
    return variant && isByCdn(variant) ? [`  ${file.name}: ${variant.url}`] : [];
  }).slice(0, SHOWN_URLS);
}

type Row = readonly string[];

export function listFailures({ images: runs, failures }: DemoRun): string[] {
  return [
    ...runs.flatMap(({ file, failure }) => failure === undefined ? [] : [`${file.name}: ${failure}`]), ...failures,
  ];
}

/** Tables of the first images, the types and the phases, then the throughput and the failures by name. */
export function renderReport(run: DemoRun, seconds: number): string {
  const failures = listFailures(run);
  return [
    renderImages(run.images),
    renderTypes(run.images),
    "'ready after' starts at confirm, or at the upload if a worker was faster, and includes the wait for a worker",
    renderPhases(run),
    describeThroughput(run.images, seconds),
    ...(failures.length === 0
      ? []
      : ['', `${failures.length} failed:`, ...failures.slice(0, NAMED_FAILURES).map(failure => `  ${failure}`)]),
    ...(failures.length > NAMED_FAILURES ? [`  and ${failures.length - NAMED_FAILURES} more`] : []),
  ].join('\n');
}

/** All columns but the first are numbers. */
function renderTable(head: Row, rows: readonly Row[], words = 1): string {
  const lines = new Table({
    head: [...head],
    colAligns: head.map((_, i) => i < words ? 'left' : 'right'),
    style: { head: [], border: [] },
  });
  lines.push(...rows.map(row => [...row]));
  return lines.toString();
}

function renderImages(runs: readonly ImageRun[]): string {
  const rows = runs.slice(0, NAMED_IMAGES).map(({ file, image, uploadMs, processMs }) => [
    file.name,
    image?.rejection?.code ?? image?.status ?? '-',
    image?.width ? `${image.width} × ${image.height}` : '-',
    file.size.toLocaleString('en'),
    String(image?.variants.length ?? 0),
    (image?.variants ?? []).reduce((sum, { size }) => sum + (size ?? 0), 0).toLocaleString('en'),
    formatRounded(uploadMs),
    formatRounded(processMs),
  ]);
  const more = runs.length > rows.length ? [[`and ${runs.length - rows.length} more`, '', '', '', '', '', '', '']] : [];
  return renderTable(
    ['image', 'status', 'dimensions', 'bytes', 'variants', 'variant bytes', 'upload ms', 'ready after ms'],
    [...rows, ...more],
    3,
  );
}

function renderTypes(runs: readonly ImageRun[]): string {
  const names = [...new Set(runs.map(({ file }) => file.contentType))].sort();
  const head = [
    'type', 'files', 'bytes', 'uploaded', 'confirmed', 'ready', 'downloaded intact', 'upload ms (median)',
    'ready after ms (median)',
  ];
  return renderTable(head, [
    ...names.map(type => buildTypeRow(type, runs.filter(({ file }) => file.contentType === type))),
    buildTypeRow('all', runs),
  ]);
}

function buildTypeRow(name: string, runs: readonly ImageRun[]): Row {
  const count = (has: (run: ImageRun) => boolean): string => String(runs.filter(has).length);
  return [
    name,
    String(runs.length),
    countBytes(runs).toLocaleString('en'),
    count(run => run.uploaded),
    count(run => run.confirmed),
    count(run => run.image?.status === 'ready'),
    count(run => run.equal),
    formatMedian(runs.flatMap(({ uploadMs }) => uploadMs ?? [])),
    formatMedian(runs.flatMap(({ processMs }) => processMs ?? [])),
  ];
}

/** Time of each phase for all images. Workers start during the uploads, so `process` is only the rest of their work. */
function renderPhases({ phases: steps }: DemoRun): string {
  return renderTable(['phase', 'seconds'], steps.map(({ name, seconds }) => [name, seconds.toFixed(1)]));
}

function countBytes(runs: readonly ImageRun[]): number {
  return runs.reduce((sum, { file }) => sum + file.size, 0);
}

function formatRounded(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(0);
}

function formatMedian(values: number[]): string {
  return formatRounded(values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);
}

function describeThroughput(runs: readonly ImageRun[], seconds: number): string {
  const equal = runs.filter(run => run.equal);
  const megabytes = countBytes(equal) / 1e6;
  const variants = runs.reduce((sum, { image }) => sum + (image?.variants.length ?? 0), 0);
  const speed = `${seconds.toFixed(1)} s, ${(equal.length / seconds).toFixed(1)} images/s`;
  return `${equal.length} of ${runs.length} images were downloaded byte for byte: ${megabytes.toFixed(1)} MB each way and ${variants} variants in ${speed}`;
}
