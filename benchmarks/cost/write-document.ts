import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCKS } from './blocks';
import { Costs } from './costs';
import type { Measured } from './measure';
import { takeInventories } from './take-basis';

export const PAGE = join(__dirname, '..', '..', 'docs', 'costs.md');
/** The measurements of the last run with `--write`. */
const MEASURED = join(__dirname, 'measured.json');

/** A table between two comments of the page. */
const MARKED = /(<!-- table: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with every table computed anew. */
export function renderPage(page: string, costs: Costs): string {
  const rendered = new Set<string>();
  const text = page.replace(MARKED, (_, start: string, name: string, end: string) => {
    const block = (BLOCKS as Record<string, ((costs: Costs) => string) | undefined>)[name];
    if (!block) throw new Error(`docs/costs.md must name known tables, got: ${name}`);
    rendered.add(name);
    return `${start}\n${block(costs)}\n\n${end}`;
  });
  const missing = Object.keys(BLOCKS).filter(name => !rendered.has(name));
  if (missing.length > 0) throw new Error(`docs/costs.md must have the tables ${missing.join(', ')}, got none of them`);
  return text;
}

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED, 'utf8')) as Measured;
}

export function storeMeasured(measured: Measured): void {
  writeFileSync(MEASURED, `${JSON.stringify(measured, undefined, 1)}\n`);
}

/** Writes the tables of the stored measurements, the prices and the present template. */
export function writeDocument(): void {
  const costs = new Costs({ measured: readMeasured(), inventories: takeInventories() });
  writeFileSync(PAGE, renderPage(readFileSync(PAGE, 'utf8'), costs));
}
