/** CloudWatch metrics that the handlers publish (embedded metric format) and the construct can alarm on. */
export const METRICS_NAMESPACE = 'CdkImageService';

export const METRICS = {
  UPLOADS_STARTED: 'UploadsStarted',
  IMAGES_CONFIRMED: 'ImagesConfirmed',
  IMAGES_REJECTED: 'ImagesRejected',
  IMAGES_DELETED: 'ImagesDeleted',
  IMAGES_PROCESSED: 'ImagesProcessed',
  /** Given up after all tries, through no fault of the image. */
  IMAGES_FAILED: 'ImagesFailed',
  /** Moved to the surplus queue, because their owner had their share of workers. */
  UPLOADS_DEFERRED: 'UploadsDeferred',
  /** Whose variants were made again. */
  IMAGES_REMADE: 'ImagesRemade',
  /** In whose original a scanner found malware when its variants were to be made again: an operator has to decide what becomes of them. */
  READY_INFECTED: 'ReadyImagesInfected',
  /** Scans that found the scanner unavailable: the image waits, at no cost of a try. */
  SCANS_POSTPONED: 'ScansPostponed',
  /** Seconds since the definitions of viruses in use were built. */
  DEFINITIONS_AGE: 'ScannerDefinitionsAge',
  /** A decoder that was killed or died, for whatever image. */
  DECODERS_ENDED: 'DecodersEnded',
  /** Records read by list pages whose filters no key serves: about as many DynamoDB read units. */
  LIST_CANDIDATES: 'ListCandidatesRead',
  /** Records that the sweeper visited, and those among them that it could not settle. */
  SWEPT: 'RecordsSwept',
  SWEEP_FAILURES: 'SweepFailures',
  /** Records that name an object which they cannot own: left alone, since somebody must have forged them. */
  FOREIGN_KEYS: 'RecordsWithForeignKeys',
} as const;
export type MetricName = typeof METRICS[keyof typeof METRICS];
