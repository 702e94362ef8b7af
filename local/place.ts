import { LOCAL } from './names';

/** Where the handlers find bucket and table. */
export interface Place {
  readonly storageUrl: string;
  readonly tableUrl: string;
  readonly bucket: string;
  readonly table: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

export function embeddedPlace(storageUrl: string, tableUrl: string): Place {
  return { storageUrl, tableUrl, bucket: LOCAL.BUCKET, table: LOCAL.TABLE, region: LOCAL.REGION, credentials: LOCAL.CREDENTIALS };
}
