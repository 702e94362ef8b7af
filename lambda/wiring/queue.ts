import { loadOnce } from './load-once';
import type { UploadQueue } from '../domain/ports';
import type { SweeperConfig } from '../runtime/config';

/** SQS's client loads on first use: most runs of a sweeper announce nothing. Undefined without workers. */
export function createLazyQueue({ queueUrl }: SweeperConfig): UploadQueue | undefined {
  if (queueUrl === undefined) return undefined;
  const load = loadOnce(async () => (await import('../aws/upload-queue')).openUploadQueue(queueUrl));
  return { announce: async (objectKey, which) => (await load()).announce(objectKey, which) };
}
