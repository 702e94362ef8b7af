import type { Row } from './panels';
import { createRandom } from './random';
import { REJECTION_CODES, ROUTES, type Operation } from '../../src/contract';

/** Requests in a day, and the median latency. */
const TRAFFIC: Partial<Record<Operation, readonly [requests: number, p50: number]>> = {
  createImage: [38_412, 41],
  confirmImage: [37_905, 58],
  getImage: [214_380, 24],
  listImages: [162_044, 63],
  downloadImage: [9120, 27],
  updateImage: [4815, 46],
  deleteImage: [2307, 71],
  batchDeleteImages: [212, 148],
  getHealth: [1440, 6],
};

const REJECTIONS: Partial<Record<typeof REJECTION_CODES[number], number>> = {
  TYPE_MISMATCH: 412, CORRUPT: 268, TOO_MANY_PIXELS: 91, UNSUPPORTED_TYPE: 57, SIZE_MISMATCH: 24, RESOURCE_LIMIT: 5,
};

/** Results of the dashboard's queries, by the title of the widget. */
export function sampleTable(title: string): { readonly columns: string[]; readonly rows: Row[] } {
  if (title === 'Slowest routes') {
    return { columns: ['method', 'resource', 'requests', 'p50_ms', 'p99_ms'], rows: sampleRoutes() };
  }
  if (title === 'Rejections by code') {
    return {
      columns: ['code', 'images'],
      rows: Object.entries(REJECTIONS).map(([code, images]) => ({ cells: [code, format(images)] })),
    };
  }
  throw new Error(`sample-tables.ts must have results for each query, got: ${title}`);
}

function sampleRoutes(): Row[] {
  const random = createRandom('routes');
  const rows = ROUTES.flatMap(({ operation, method, resource }) => {
    const [requests, p50] = TRAFFIC[operation] ?? [];
    if (requests === undefined || p50 === undefined) return [];
    return [{ method, resource, requests, p50, p99: Math.round(p50 * (4 + 4 * random())) }];
  });
  return rows.sort((a, b) => b.p99 - a.p99).map(({ method, resource, requests, p50, p99 }) => ({
    cells: [method, resource, format(requests), format(p50), format(p99)],
  }));
}

function format(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
