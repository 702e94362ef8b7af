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
import { uploadSuite } from './upload';
import { usageAndHealthSuite } from './usage-and-health';
import type { OpenWorld } from '../../worlds/world';

const SUITES = [
  routesSuite, headSuite, principalsSuite, orderOfChecksSuite, bodiesSuite, createSuite, namesAndTagsSuite, idempotencySuite, uploadSuite,
  confirmSuite, imageSuite, listSuite, filtersSuite, createdRangeSuite, cursorsSuite, patchSuite, deleteSuite, downloadSuite,
  usageAndHealthSuite, corsOffSuite,
];

/** Registers the whole HTTP contract as tests of one world. */
export function describeContract(open: OpenWorld): void {
  const world = open();
  describe(`the HTTP contract, ${world.name}`, () => {
    beforeAll(async () => world.start(), 60_000);
    afterAll(async () => world.stop());
    for (const suite of SUITES) suite(world);
  });
}
