import { type Finding, reporter } from './finding';
import type { Item } from './raw-storage';
import { type AnyImageRow, idOf, LISTED, type SortedRows } from './row-kinds';
import { buildShareFacet, buildTagFacet, buildTypeFacet } from '../../src/contract';

/** Every listed image has exactly the facets of its tags, type and shares, and no other facets exist. */
export function checkFacets({ images, facets }: SortedRows, findings: Finding[]): void {
  const wanted = new Map(images.filter(row => LISTED.includes(row.status)).flatMap(facetsOf));
  const stored = new Map(facets.map(row => [idOf(row), row]));
  for (const [id, facet] of wanted) {
    const found = stored.get(id);
    if (found === undefined) {reporter(findings, id)('I3', 'the facet is missing');} else if (canonical(found) !== canonical(facet)) {
      reporter(findings, id)('I3', `the facet is ${canonical(found)}, not ${canonical(facet)}`);
    }
  }
  for (const id of stored.keys()) {
    if (!wanted.has(id)) reporter(findings, id)('I3', 'the facet belongs to no listed image');
  }
}

function facetsOf(row: AnyImageRow): [string, Item][] {
  const tags = Array.isArray(row.tags) ? row.tags as string[] : [];
  const shares = row.status === 'ready' && Array.isArray(row.shared_with) ? row.shared_with as string[] : [];
  const facet = (name: string, user_id: string): [string, Item] => {
    const image_id = row.image_id + name;
    return [image_id, { image_id, user_id, created_at: row.created_at }];
  };
  return [
    ...[buildTypeFacet(String(row.content_type)), ...tags.map(buildTagFacet)].map(
      name => facet(name, `${row.owner}${name}`),
    ),
    ...shares.map(entry => facet(buildShareFacet(entry), partitionOf(String(row.owner), entry))),
  ];
}

/** The list of an entry, in the tenant of the owner: `<bob>#shared`, `%group:<name>`. */
function partitionOf(owner: string, entry: string): string {
  const tenant = owner.includes('#') ? `${owner.split('#')[0]}#` : '';
  return entry.startsWith('user:') ? `${tenant}${entry.slice(5)}#shared` : `${tenant}%${entry}`;
}

function canonical(item: Item): string {
  return JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
}
