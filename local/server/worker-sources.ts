import { EventSourceMapping, type EventSourceOptions, type Worker } from './event-source';
import { loadHandler } from './handlers';

/**
 * Batches in work at once, by the queue that brings them. Of one owner there are two at most, one from each queue (`OWNER_SHARE`, `OWNER_LANES`), so that
 * another's never waits.
 */
const WORKERS = { UPLOADS: 2, SURPLUS: 1 };

/** What feeds the built worker. It is loaded once for each batch in work, as each environment of Lambda loads it, so that each has its own decoder. */
export function startWorkerSources(place: EventSourceOptions['place']): EventSourceMapping[] {
  const loadWorkers = (count: number): Worker[] => Array.from({ length: count }, () => loadHandler<Worker>('worker'));
  return [
    new EventSourceMapping({ place, workers: loadWorkers(WORKERS.UPLOADS) }),
    new EventSourceMapping({ place, queueUrl: place.queues.surplusQueueUrl, workers: loadWorkers(WORKERS.SURPLUS) }),
  ];
}
