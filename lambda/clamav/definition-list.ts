import * as v from 'valibot';
import { isDatabase } from './databases';
import { ServiceError } from '../domain/errors';
import type { DefinitionFile } from '../domain/scan-ports';

/**
 * The list of the definitions in force. It is written last, after all its files, and these files never change. So every
 * reader gets one consistent set.
 */
export interface DefinitionList {
  readonly files: readonly DefinitionFile[];
  /** Files of the previous list, which a reader may still use. The next list removes them. */
  readonly retired: readonly DefinitionFile[];
}

const File = v.object({
  // The name becomes a path.
  name: v.pipe(v.string(), v.check(isDatabase, 'must be the name of a database')),
  size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const List = v.object({ files: v.pipe(v.array(File), v.nonEmpty()), retired: v.array(File) });

export function parseList(text: string): DefinitionList {
  const list = v.safeParse(v.pipe(v.string(), v.parseJson(), List), text, { abortEarly: true });
  if (list.success) return list.output;
  const { message, path = [] } = list.issues[0];
  throw new ServiceError(
    `the list of definitions must have the form {files: [{name, size, hash}], retired: […]}: ${path.map(({ key }) => String(key)).join('.')}: ${message}`,
  );
}
