/** Names of the local service's resources. */
export const LOCAL = {
  BUCKET: 'cdk-image-service-local',
  TABLE: 'cdk-image-service-local',
  QUEUE: 'cdk-image-service-local',
  /** Suffixes of the queue's name. */
  DEAD_LETTERS: '-dead-letters',
  INVALIDATIONS: '-invalidations',
  /** The name of a FIFO queue must end in .fifo. */
  SURPLUS: '-surplus.fifo',
  /** The distribution, its path on the server, and the secret of its signing key. */
  DISTRIBUTION: 'ELOCAL',
  CDN_ROOT: '/cdn',
  SECRET: 'cdk-image-service-local-signing',
  REGION: 'us-east-1',
  /** For engines in tests. A server generates its secret once, in its data folder. */
  CREDENTIALS: { accessKeyId: 'local', secretAccessKey: 'local-secret-access-key' },
  DATA_FOLDER: '.local',
  /** Folders and files of the data folder. */
  DATA: {
    STORAGE: 'storage',
    TABLE: 'table',
    QUEUE: 'queue',
    SIGNING_KEY: 'signing-key.json',
    ISSUER_KEY: 'token-key.json',
    ISSUER: 'token-issuer.json',
    CREDENTIALS: 'credentials.json',
    PID: 'server.pid',
  },
} as const;

/** Credentials that emulators accept. */
export const EMULATOR = {
  CREDENTIALS: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;
