/** What the local service calls its things. */
export const LOCAL = {
  BUCKET: 'cdk-image-service-local',
  TABLE: 'cdk-image-service-local',
  QUEUE: 'cdk-image-service-local',
  /** Behind the name of the queue. */
  DEAD_LETTERS: '-dead-letters',
  INVALIDATIONS: '-invalidations',
  /** A FIFO queue's name ends so. */
  SURPLUS: '-surplus.fifo',
  /** The one distribution, where it is on the server, and the secret with the key that it knows. */
  DISTRIBUTION: 'ELOCAL',
  CDN_ROOT: '/cdn',
  SECRET: 'cdk-image-service-local-signing',
  REGION: 'us-east-1',
  /** For engines that a test starts by itself. A server's secret is made once and kept in its data folder. */
  CREDENTIALS: { accessKeyId: 'local', secretAccessKey: 'local-secret-access-key' },
  DATA_FOLDER: '.local',
  /** Folders and files of the data folder. */
  DATA: { STORAGE: 'storage', TABLE: 'table', QUEUE: 'queue', SIGNING_KEY: 'signing-key.json', CREDENTIALS: 'credentials.json', PID: 'server.pid' },
} as const;

/** What emulators take for the root of an account. */
export const EMULATOR = {
  CREDENTIALS: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;
