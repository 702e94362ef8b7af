import { LOCAL } from '../names';

/** Where workers hear of uploads. */
export interface Queues {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Of uploads whose owners have their share of workers. */
  readonly surplusQueueUrl: string;
  /** Where the invalidator hears of what a CDN must not show any more; absent without a CDN. */
  readonly invalidationQueueUrl?: string;
  /** If it is another time than the construct's. */
  readonly hiddenSeconds?: number;
}

/** Where the handlers find bucket, table and queues. */
export interface Place {
  readonly storageUrl: string;
  readonly tableUrl: string;
  readonly bucket: string;
  readonly table: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** Absent where nothing is processed. */
  readonly queues?: Queues;
}

export function buildEmbeddedPlace(storageUrl: string, tableUrl: string, queues?: Queues, credentials: Place['credentials'] = LOCAL.CREDENTIALS): Place {
  return { storageUrl, tableUrl, queues, credentials, bucket: LOCAL.BUCKET, table: LOCAL.TABLE, region: LOCAL.REGION };
}
