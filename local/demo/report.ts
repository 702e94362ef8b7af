import Table from 'cli-table3';
import type { DemoRun, ImageRun } from './journey';
import { isByCdn } from './variants';

/** Failures beyond these are counted only. */
const NAMED_FAILURES = 20;
/** Images that have a line of their own: the first, since those that the demo makes differ there. */
const NAMED_IMAGES = 12;

/** Images whose URLs are shown, to open in a browser. */
const SHOWN_URLS = 3;
const SHOWN_VARIANT = 'medium';

/** Signed URLs of some images, to open in a browser for as long as image and signature last; none where storage's own are handed out. */
export function listUrls(trips: readonly ImageRun[]): string[] {
  return trips.flatMap(({ file: picture, image, failure }) => {
    const variant = failure === undefined ? image?.variants.find(({ name }) => name === SHOWN_VARIANT) : undefined;
    return variant && isByCdn(variant) ? [`  ${picture.name}: ${variant.url}`] : [];
  }).slice(0, SHOWN_URLS);
}

type Row = readonly string[];

export function listFailures({ images: trips, failures }: DemoRun): string[] {
  return [...trips.flatMap(({ file: picture, failure }) => failure === undefined ? [] : [`${picture.name}: ${failure}`]), ...failures];
}

/** What the demo did: a line for each of the first images, for each type and for each phase, the sum, and what went wrong by name. */
export function renderReport(journey: DemoRun, seconds: number): string {
  const failures = listFailures(journey);
  return [
    renderImages(journey.images),
    renderTypes(journey.images),
    "'ready after' counts from confirm, or from the upload where a worker was faster, and includes the wait for a worker",
    renderPhases(journey),
    describeThroughput(journey.images, seconds),
    ...(failures.length === 0 ? [] : ['', `${failures.length} failed:`, ...failures.slice(0, NAMED_FAILURES).map(failure => `  ${failure}`)]),
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

function renderImages(trips: readonly ImageRun[]): string {
  const rows = trips.slice(0, NAMED_IMAGES).map(({ file: picture, image, uploadMs, processMs }) => [
    picture.name,
    image?.rejection?.code ?? image?.status ?? '-',
    image?.width ? `${image.width} × ${image.height}` : '-',
    picture.size.toLocaleString('en'),
    String(image?.variants.length ?? 0),
    (image?.variants ?? []).reduce((sum, { size }) => sum + (size ?? 0), 0).toLocaleString('en'),
    formatRounded(uploadMs),
    formatRounded(processMs),
  ]);
  const more = trips.length > rows.length ? [[`and ${trips.length - rows.length} more`, '', '', '', '', '', '', '']] : [];
  return renderTable(['image', 'status', 'upright', 'bytes', 'variants', 'bytes of them', 'upload ms', 'ready after ms'], [...rows, ...more], 3);
}

function renderTypes(trips: readonly ImageRun[]): string {
  const names = [...new Set(trips.map(({ file: picture }) => picture.contentType))].sort();
  const head = ['type', 'files', 'bytes', 'uploaded', 'confirmed', 'ready', 'downloaded equal', 'upload ms (median)', 'ready after ms (median)'];
  return renderTable(head, [...names.map(type => buildTypeRow(type, trips.filter(({ file: picture }) => picture.contentType === type))), buildTypeRow('all', trips)]);
}

function buildTypeRow(name: string, trips: readonly ImageRun[]): Row {
  const count = (has: (trip: ImageRun) => boolean): string => String(trips.filter(has).length);
  return [
    name,
    String(trips.length),
    countBytes(trips).toLocaleString('en'),
    count(trip => trip.uploaded),
    count(trip => trip.confirmed),
    count(trip => trip.image?.status === 'ready'),
    count(trip => trip.equal),
    formatMedian(trips.flatMap(({ uploadMs }) => uploadMs ?? [])),
    formatMedian(trips.flatMap(({ processMs }) => processMs ?? [])),
  ];
}

/** What each step took of all images together. Workers begin while others are uploaded, so processing goes on from what uploading left. */
function renderPhases({ phases: steps }: DemoRun): string {
  return renderTable(['phase', 'seconds'], steps.map(({ name, seconds }) => [name, seconds.toFixed(1)]));
}

function countBytes(trips: readonly ImageRun[]): number {
  return trips.reduce((sum, { file: picture }) => sum + picture.size, 0);
}

function formatRounded(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(0);
}

function formatMedian(values: number[]): string {
  return formatRounded(values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);
}

function describeThroughput(trips: readonly ImageRun[], seconds: number): string {
  const equal = trips.filter(trip => trip.equal);
  const megabytes = countBytes(equal) / 1e6;
  const variants = trips.reduce((sum, { image }) => sum + (image?.variants.length ?? 0), 0);
  const speed = `${seconds.toFixed(1)} s, ${(equal.length / seconds).toFixed(1)} images/s`;
  return `${equal.length} of ${trips.length} images came back byte for byte: ${megabytes.toFixed(1)} MB each way and ${variants} variants in ${speed}`;
}
