import { EventSourceMapping, type EventSourceOptions, type Worker } from './event-source';
import { loadHandler } from './handlers';

/**
 * Concurrent batches per queue. One owner has at most two, one from each queue (`OWNER_SHARE`, `OWNER_LANES`), so other
 * owners never wait for them.
 */
const WORKERS = { UPLOADS: 2, SURPLUS: 1 };

/** Connects the built worker to its queues. Each concurrent batch has its own copy and decoder, as on Lambda. */
export function startWorkerSources(place: EventSourceOptions['place']): EventSourceMapping[] {
  const loadWorkers = (count: number): Worker[] => Array.from({ length: count }, () => loadHandler<Worker>('worker'));
  return [
    new EventSourceMapping({ place, workers: loadWorkers(WORKERS.UPLOADS) }),
    new EventSourceMapping({ place, queueUrl: place.queues.surplusQueueUrl, workers: loadWorkers(WORKERS.SURPLUS) }),
  ];
}
