import Table from 'cli-table3';
import type { Journey, Trip } from './journey';

/** Failures beyond these are counted only. */
const NAMED_FAILURES = 20;

export function failuresOf({ trips, failures }: Journey): string[] {
  return [...trips.flatMap(({ picture, failure }) => failure === undefined ? [] : [`${picture.name}: ${failure}`]), ...failures];
}

/** What the demo did: a line for each type, the sum, and what went wrong by name. */
export function report(journey: Journey, seconds: number): string {
  const failures = failuresOf(journey);
  return [
    table(journey.trips),
    rate(journey.trips, seconds),
    ...(failures.length === 0 ? [] : ['', `${failures.length} failed:`, ...failures.slice(0, NAMED_FAILURES).map(failure => `  ${failure}`)]),
    ...(failures.length > NAMED_FAILURES ? [`  and ${failures.length - NAMED_FAILURES} more`] : []),
  ].join('\n');
}

function table(trips: readonly Trip[]): string {
  const lines = new Table({
    head: ['type', 'files', 'bytes', 'uploaded', 'confirmed', 'downloaded equal', 'upload ms (median)'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const types = [...new Set(trips.map(({ picture }) => picture.contentType))].sort();
  lines.push(...types.map(type => line(type, trips.filter(({ picture }) => picture.contentType === type))), line('all', trips));
  return lines.toString();
}

function line(name: string, trips: readonly Trip[]): string[] {
  const count = (has: (trip: Trip) => boolean): string => String(trips.filter(has).length);
  return [
    name,
    String(trips.length),
    bytesOf(trips).toLocaleString('en'),
    count(trip => trip.uploaded),
    count(trip => trip.confirmed),
    count(trip => trip.equal),
    median(trips.flatMap(({ uploadMs }) => uploadMs ?? [])),
  ];
}

function bytesOf(trips: readonly Trip[]): number {
  return trips.reduce((sum, { picture }) => sum + picture.size, 0);
}

function median(values: number[]): string {
  if (values.length === 0) return '-';
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(0);
}

function rate(trips: readonly Trip[], seconds: number): string {
  const equal = trips.filter(trip => trip.equal);
  const megabytes = bytesOf(equal) / 1e6;
  return `${equal.length} of ${trips.length} images came back byte for byte: ${megabytes.toFixed(1)} MB each way in ${seconds.toFixed(1)} s, ${(equal.length / seconds).toFixed(1)} images/s`;
}
