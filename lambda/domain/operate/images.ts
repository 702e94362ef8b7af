import type { ImageRecord, ReprocessRequest } from '../../../src/contract';
import { buildOwner } from '../caller';
import { ServiceError } from '../errors';
import type { IndexKey, OperatorDeps } from '../ports';

export interface Page {
  readonly records: readonly ImageRecord[];
  /** Items that were read, but are not among these. */
  readonly passedOver: number;
  /** Continue here; undefined at the end. */
  readonly cursor?: string;
}

/** The images of a request, page by page, and the cursor after each. */
export interface Images {
  readPage(cursor: string | undefined): Promise<Page>;
  getCursor(record: ImageRecord): string;
}

/** Images of one page at most. */
const PAGE = 100;

export function selectImages(deps: OperatorDeps, { image_id, user_id }: ReprocessRequest): Images {
  if (image_id !== undefined) return selectOne(deps, image_id);
  return user_id === undefined ? selectAll(deps) : selectUserImages(deps, user_id);
}

function selectOne(deps: OperatorDeps, imageId: string): Images {
  return {
    readPage: async () => {
      const record = await deps.table.get(imageId);
      if (record === undefined) throw new ServiceError(`image_id must name an image of this service, got: ${imageId}`);
      return { records: [record], passedOver: 0 };
    },
    getCursor: record => record.image_id,
  };
}

/** Newest first: the walk ends, also while the user uploads more. */
function selectUserImages(deps: OperatorDeps, userId: string): Images {
  return {
    readPage: async cursor => {
      const owner = buildOwner({ userId });
      const query = { partition: owner, descending: true, limit: PAGE };
      const { keys, more } = await deps.table.listByUser({
        ...query,
        behind: cursor === undefined ? undefined : parseCursor(cursor),
      });
      const records = new Map(
        (await deps.table.getMany(keys.map(key => key.image_id))).map(record => [record.image_id, record]),
      );
      // In the order of the index, since a cursor stands for all images before it. Deleted records have no position any
      // more, and foreign ones never had one.
      const listed = keys.flatMap(key => records.get(key.image_id) ?? []).filter(
        record => record.created_at !== undefined && record.owner === owner,
      );
      return {
        records: listed,
        passedOver: keys.length - listed.length,
        cursor: more ? keys.at(-1)?.created_at : undefined,
      };
    },
    getCursor: record => record.created_at!,
  };
}

function parseCursor(cursor: string): IndexKey {
  const [, image_id] = cursor.split('#');
  if (!image_id || cursor.startsWith(SCAN_CURSOR)) throwForeignCursor();
  return { image_id, created_at: cursor };
}

/** A scan takes any key and continues behind it, so a cursor of another request would skip images without a word. */
const SCAN_CURSOR = 'all:';

function formatScanCursor(id: string): string {
  return SCAN_CURSOR + Buffer.from(id).toString('base64url');
}

function parseScanCursor(cursor: string): string {
  const id = Buffer.from(cursor.slice(SCAN_CURSOR.length), 'base64url').toString();
  if (id === '' || formatScanCursor(id) !== cursor) throwForeignCursor();
  return id;
}

function throwForeignCursor(): never {
  throw new ServiceError('cursor must come from an earlier answer to the same request; repeat the command without it');
}

/**
 * No index lists all images: this reads the whole table. Requests may not, but an operator's command may: it is rare,
 * and its pace counts every item that it reads.
 */
function selectAll(deps: OperatorDeps): Images {
  return {
    readPage: async cursor => {
      const start = cursor === undefined ? undefined : parseScanCursor(cursor);
      const { records, read, behind } = await deps.scan.readPage(PAGE, start);
      const next = behind === undefined ? undefined : formatScanCursor(behind);
      return { records, passedOver: read - records.length, cursor: next };
    },
    getCursor: record => formatScanCursor(record.image_id),
  };
}
