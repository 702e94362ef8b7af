/** Key attributes and indexes of the table. */
export const TABLE = {
  PARTITION_KEY: 'image_id',
  TTL_ATTRIBUTE: 'expires_at',
  BY_USER: { NAME: 'by_user', PARTITION_KEY: 'user_id', SORT_KEY: 'created_at' },
  /** Index of the records that the sweeper has to process. Sparse and keys only. `sweep` and `due_at` are numbers. */
  BY_DUE: { NAME: 'by_due', PARTITION_KEY: 'sweep', SORT_KEY: 'due_at' },
} as const;

/** `S` is a string, `N` a number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export interface IndexDefinition {
  readonly indexName: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  readonly projectionType: 'ALL' | 'KEYS_ONLY';
}

export interface TableDefinition {
  readonly billingMode: 'PAY_PER_REQUEST';
  readonly partitionKey: KeyAttribute;
  readonly timeToLiveAttribute: string;
  readonly indexes: readonly IndexDefinition[];
}

/**
 * Definition of the table. The construct makes it on AWS, `local/` in the embedded engine or an emulator. A function,
 * so that no handler bundles it.
 */
export function defineTable(): TableDefinition {
  return {
    billingMode: 'PAY_PER_REQUEST',
    partitionKey: { name: TABLE.PARTITION_KEY, type: 'S' },
    timeToLiveAttribute: TABLE.TTL_ATTRIBUTE,
    indexes: [defineIndex(TABLE.BY_USER, 'S', 'ALL'), defineIndex(TABLE.BY_DUE, 'N', 'KEYS_ONLY')],
  };
}

interface IndexNames { readonly NAME: string; readonly PARTITION_KEY: string; readonly SORT_KEY: string }

function defineIndex(
  names: IndexNames, type: KeyAttribute['type'], projectionType: IndexDefinition['projectionType'],
): IndexDefinition {
  return {
    indexName: names.NAME,
    partitionKey: { name: names.PARTITION_KEY, type },
    sortKey: { name: names.SORT_KEY, type },
    projectionType,
  };
}
