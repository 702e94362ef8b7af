import { shownBy } from './requests';
import type { Outcome, Session } from './session';
import type { SimulatedService } from './simulated-service';
import type { On, Step, WalkRequest } from './steps';
import { listImages, type Page } from '../../lambda/domain/list-images';
import type { Deps } from '../../lambda/domain/ports';
import type { ImageRecord } from '../../src/contract';
import type { AnyImageRow } from '../audit/row-kinds';
import { checkChurnedWalk, type Walk } from '../audit/walk-rules';

const MOST_PAGES = 60;

type ReadPage = (work: (deps: Deps) => Promise<Page>) => Promise<Outcome<Page>>;

/** Walks through a list during concurrent writes. */
export async function walkBusily(session: Session, step: Step, { walk: request }: On<'walk'>): Promise<void> {
  const { history } = session.service;
  const before = indexedRows(session.service);
  const walk = await walkThrough(request, async work => {
    const known = new Map(history.ids().map(id => [id, history.begin(id)]));
    const outcome = await session.operate(step, work);
    for (const row of outcome.value?.images ?? []) {
      const fallback = known.get(row.image_id);
      if (fallback !== undefined) history.shown(row.image_id, fallback, shownBy(row));
    }
    return outcome;
  });
  if (walk !== undefined) checkChurnedWalk(before, rows(session.service), walk, history.findings);
}

/** Returns undefined if a page could not be read. */
export async function walkThrough(request: WalkRequest, read: ReadPage): Promise<Walk | undefined> {
  const pages: string[][] = [];
  for (let position: string | undefined; pages.length < MOST_PAGES;) {
    const { tags, contentType, status, sharedWith } = request;
    const filters = { tags, contentType, status };
    const listing = { filters, descending: request.descending, limit: request.limit, position, sharedWith };
    const { value } = await read(deps => listImages(deps, { userId: request.user }, listing));
    if (value === undefined) return undefined;
    if (value.images.length > request.limit) {
      throw new Error(`a page of ${value.images.length} is over its limit of ${request.limit}`);
    }
    pages.push(value.images.map(row => row.image_id));
    position = value.position;
    if (position === undefined) {
      const { user: owner, descending } = request;
      return { owner, descending, tags, content_type: contentType, status, sharedWith, pages };
    }
  }
  throw new Error(`a walk does not end: ${JSON.stringify(request)}`);
}

function rows({ table, forged }: SimulatedService): AnyImageRow[] {
  return [...table.rows.values()]
    .filter((row): row is ImageRecord => 'status' in row && !forged.has(row.image_id))
    .map(row => ({ ...row }));
}

/** Rows with a latest write that every index shows: a list may lag by seconds. */
function indexedRows(service: SimulatedService): AnyImageRow[] {
  return rows(service).filter(row => service.table.isIndexed(row.image_id));
}
