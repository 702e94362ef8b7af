import { createHash } from 'node:crypto';
import type { Original, Step, Task } from './step';

/** Exactly the confirmed version. */
export const readOriginal: Step<Task, Original> = async (deps, task) => {
  const bytes = await deps.objects.read(task.record.object_key, task.record.etag!);
  if (bytes === undefined) return { end: 'gone' };
  return { ...task, bytes, checksum: createHash('sha256').update(bytes).digest('base64') };
};
