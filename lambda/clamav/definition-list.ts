import * as v from 'valibot';
import { isDatabase } from './databases';
import type { DefinitionFile } from '../domain/scan-ports';

/**
 * The list of the definitions in force. It is written last, when all that it names is there, and what it names never changes: whoever reads it
 * gets one set, not half of one and half of another, however long that takes.
 */
export interface DefinitionList {
  readonly files: readonly DefinitionFile[];
  /** Those of the list before, which a reader may still be at. They go with the next list. */
  readonly retired: readonly DefinitionFile[];
}

const File = v.object({
  // A name becomes a path.
  name: v.pipe(v.string(), v.check(isDatabase, 'must be the name of a database')),
  size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const List = v.object({ files: v.pipe(v.array(File), v.nonEmpty()), retired: v.array(File) });

export function parseList(text: string): DefinitionList {
  const list = v.safeParse(v.pipe(v.string(), v.parseJson(), List), text, { abortEarly: true });
  if (list.success) return list.output;
  const { message, path = [] } = list.issues[0];
  throw new Error(`the list of definitions must have the form {files: [{name, size, hash}], retired: […]}: ${path.map(({ key }) => String(key)).join('.')}: ${message}`);
}
