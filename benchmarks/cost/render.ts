import { writeDocument } from './write-document';

/**
 * `npx tsx benchmarks/cost/render.ts`: writes docs/costs.md anew after a change of a price or of the template, without
 * measuring again.
 */
writeDocument();
