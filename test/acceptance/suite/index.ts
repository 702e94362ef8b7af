import { batchGetSuite } from './batch-get';
import { bodiesSuite } from './bodies';
import { confirmSuite } from './confirm';
import { corsOffSuite } from './cors';
import { createSuite } from './create';
import { createdRangeSuite } from './created-range';
import { cursorsSuite } from './cursors';
import { deleteSuite } from './delete';
import { downloadSuite } from './download';
import { filtersSuite } from './filters';
import { headSuite } from './head';
import { idempotencySuite } from './idempotency';
import { imageSuite } from './image';
import { listSuite } from './list';
import { namesAndTagsSuite } from './names-and-tags';
import { orderOfChecksSuite } from './order-of-checks';
import { patchSuite } from './patch';
import { principalsSuite } from './principals';
import { routesSuite } from './routes';
import { sharedListsSuite } from './shared-lists';
import { sharingSuite } from './sharing';
import { uploadSuite } from './upload';
import { usageAndHealthSuite } from './usage-and-health';
import type { CreateEnvironment } from '../../environments/environment';

const SUITES = [
  routesSuite, headSuite, principalsSuite, orderOfChecksSuite, bodiesSuite, createSuite, namesAndTagsSuite,
  idempotencySuite, uploadSuite,
  confirmSuite, imageSuite, listSuite, filtersSuite, createdRangeSuite, cursorsSuite, patchSuite, deleteSuite,
  downloadSuite,
  usageAndHealthSuite, corsOffSuite, sharingSuite, sharedListsSuite, batchGetSuite,
];

/** One share of the suite, for an environment that spreads it over several test files because it is slow. */
export interface Share {
  /** Counts from 1. */
  readonly part: number;
  readonly of: number;
}

/** Registers the HTTP contract, or a share of it, as tests of one environment. */
export function describeContract(open: CreateEnvironment, { part, of }: Share = { part: 1, of: 1 }): void {
  const environment = open();
  describe(`the HTTP contract, ${environment.name}`, () => {
    beforeAll(async () => environment.start(), 60_000);
    afterAll(async () => environment.stop());
    for (const suite of SUITES.filter((_, i) => i % of === part - 1)) suite(environment);
  });
}
