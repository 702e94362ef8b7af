import { LOCAL } from './names';

/** The queues of the service. */
export interface Queues {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Uploads of owners that already use their share of workers. */
  readonly surplusQueueUrl: string;
  /** Invalidations for the CDN. Absent without a CDN. */
  readonly invalidationQueueUrl?: string;
  /** Visibility timeout, if it differs from the construct's. */
  readonly hiddenSeconds?: number;
}

/** Addresses and names of the bucket, the table and the queues. */
export interface Place {
  readonly storageUrl: string;
  readonly tableUrl: string;
  readonly bucket: string;
  readonly table: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Absent without processing. */
  readonly queues?: Queues;
}

export function buildEmbeddedPlace(
  storageUrl: string, tableUrl: string, queues?: Queues, credentials: Place['credentials'] = LOCAL.CREDENTIALS,
): Place {
  return { storageUrl, tableUrl, queues, credentials, bucket: LOCAL.BUCKET, table: LOCAL.TABLE, region: LOCAL.REGION };
}
