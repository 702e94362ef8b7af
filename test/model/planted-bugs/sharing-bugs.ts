import { alterWrites, type Bug } from './bug';
import type { Write } from '../../../lambda/domain/ports';
import { sharings as scenarios } from '../shares';

const isShare = (id: string): boolean => id.includes('#to:');
const isPutOfShare = (write: Write): boolean => 'putFacet' in write && isShare(write.putFacet.image_id);
const isRemovalOfShare = (write: Write): boolean => 'removeFacet' in write && isShare(write.removeFacet);

/** Bugs of sharing. */
export const SHARING_BUGS: readonly Bug[] = [
  {
    name: 'sharing adds no facets',
    breaks: /^I3 .*facet is missing/m,
    scenarios,
    stores: alterWrites(write => (isPutOfShare(write) ? [] : [write])),
  },
  {
    name: 'unsharing leaves the facets',
    breaks: /^I3 .*belongs to no listed image/m,
    scenarios,
    stores: alterWrites(write => (isRemovalOfShare(write) ? [] : [write])),
  },
  {
    name: 'everyone sees images that are shared with someone',
    breaks: /^I5 .*saw it, but may not/m,
    scenarios,
    module: 'sharing',
    functions: { canView: ({ shared_with = [] }: { shared_with?: readonly string[] }) => shared_with.length > 0 },
  },
  {
    name: 'viewers see no image of others',
    breaks: /^I4 .*may see it, but got not-found/m,
    scenarios,
    module: 'sharing',
    functions: { canView: () => false },
  },
  {
    name: 'an image that becomes ready is not listed for its viewers',
    breaks: /^I3 .*facet is missing/m,
    scenarios,
    module: 'facets',
    functions: { putShares: () => [] },
  },
];
