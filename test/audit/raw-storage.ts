/** A row of the table as it is stored. */
export type Item = Readonly<Record<string, unknown>>;

export interface RawObject {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** The scanner's finding, if a scanner has looked at the object. */
  readonly scan?: string;
}

/** The auditor's only input: raw storage, not the report of any program. */
export interface RawStorage {
  rows(): AsyncIterable<Item>;
  objects(): AsyncIterable<RawObject>;
}

/** The contents of storage at one moment. */
export interface Contents {
  readonly rows: readonly Item[];
  readonly objects: ReadonlyMap<string, RawObject>;
}

export async function readAll(storage: RawStorage): Promise<Contents> {
  const rows: Item[] = [];
  for await (const row of storage.rows()) rows.push(row);
  const objects = new Map<string, RawObject>();
  for await (const object of storage.objects()) objects.set(object.key, object);
  return { rows, objects };
}
