import type { ImageRecord, ReprocessRequest } from '../../../src/contract';
import { buildOwner } from '../caller';
import type { IndexKey, OperatorDeps } from '../ports';

export interface Page {
  readonly records: readonly ImageRecord[];
  /** Rows that were read, too, but are none of these. */
  readonly passedOver: number;
  /** Go on from here; undefined at the end. */
  readonly cursor?: string;
}

/** The images that a request means, page by page, and the cursor behind each. */
export interface Images {
  readPage(cursor: string | undefined): Promise<Page>;
  getCursor(record: ImageRecord): string;
}

/** Images that one page brings at most. */
const PAGE = 100;

export function selectImages(deps: OperatorDeps, { image_id, user_id }: ReprocessRequest): Images {
  if (image_id !== undefined) return selectOne(deps, image_id);
  return user_id === undefined ? selectAll(deps) : selectUserImages(deps, user_id);
}

function selectOne(deps: OperatorDeps, imageId: string): Images {
  return {
    readPage: async () => {
      const record = await deps.table.get(imageId);
      if (record === undefined) throw new Error(`image_id must name an image of this service, got: ${imageId}`);
      return { records: [record], passedOver: 0 };
    },
    getCursor: record => record.image_id,
  };
}

/** Newest first: the walk ends, however many the user goes on to upload. */
function selectUserImages(deps: OperatorDeps, userId: string): Images {
  return {
    readPage: async cursor => {
      const owner = buildOwner({ userId });
      const query = { partition: owner, descending: true, limit: PAGE };
      const { keys, more } = await deps.table.listByUser({ ...query, behind: cursor === undefined ? undefined : parseCursor(cursor) });
      const records = new Map((await deps.table.getMany(keys.map(key => key.image_id))).map(record => [record.image_id, record]));
      // As the index orders them, since a cursor stands for all before it; what is deleted has no place there any more, and another's never had.
      const listed = keys.flatMap(key => records.get(key.image_id) ?? []).filter(record => record.created_at !== undefined && record.owner === owner);
      return { records: listed, passedOver: keys.length - listed.length, cursor: more ? keys.at(-1)?.created_at : undefined };
    },
    getCursor: record => record.created_at!,
  };
}

function parseCursor(cursor: string): IndexKey {
  const [, image_id] = cursor.split('#');
  if (!image_id) throw new Error(`cursor must be one that this request has answered, got: ${cursor}`);
  return { image_id, created_at: cursor };
}

/**
 * No index lists all images: this reads the whole table. It may, where a request may not: an operator asks for it, seldom, and its pace bounds
 * what it takes of the table, for every record that is read, whatever record it is.
 */
function selectAll(deps: OperatorDeps): Images {
  return {
    readPage: async cursor => {
      const { records: records, read, behind } = await deps.scan.readPage(PAGE, cursor);
      return { records: records, passedOver: read - records.length, cursor: behind };
    },
    getCursor: record => record.image_id,
  };
}
