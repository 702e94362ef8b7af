import { IMAGE_TYPES, LIMITS, type Operation, PRINCIPAL_HEADERS, type ProblemCode } from '../../src/contract';

interface Success {
  readonly description: string;
  /** Name of a schema; undefined if the response has no body. */
  readonly schema?: string;
}

export interface OperationText {
  readonly summary: string;
  readonly request?: string;
  readonly success: Readonly<Record<string, Success>>;
  readonly problems: readonly ProblemCode[];
  readonly headers?: readonly Record<string, unknown>[];
}

const EVERYWHERE: ProblemCode[] = [
  'invalid-request', 'invalid-principal', 'unauthenticated', 'forbidden', 'rate-limited', 'internal', 'unavailable',
];
const WITH_BODY: ProblemCode[] = ['body-too-large', 'unsupported-media-type'];

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key and body by the same user find the same image.',
  schema: { type: 'string', pattern: `^[ -~]{1,${LIMITS.IDEMPOTENCY_KEY_LENGTH}}$` },
};

const IF_MATCH = { name: 'If-Match', in: 'header', description: '`"<version>"` or `*`.', schema: { type: 'string' } };

export const USER_HEADER = {
  name: PRINCIPAL_HEADERS.USER,
  in: 'header',
  required: true,
  description: 'The end user on whose behalf the signed caller, a trusted backend, acts.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._@|:+=-]{1,128}$' },
};

export const OPERATIONS: Record<Operation, OperationText> = {
  createImage: {
    summary: 'Starts an upload: a pending record and a single-use upload request',
    request: 'CreateImage',
    headers: [IDEMPOTENCY_KEY],
    success: {
      201: {
        description: 'Send the upload request as it is. Storage answers 412 to a second PUT. It answers 409 `ConditionalRequestConflict` to PUTs that race: '
          + 'send the PUT again; 412 then means that the other one was stored.',
        schema: 'Created',
      },
      200: { description: 'The key\'s image has left `pending`: there is nothing to upload.', schema: 'Created' },
    },
    problems: [...EVERYWHERE, ...WITH_BODY, 'unsupported-type', 'too-large', 'idempotency-conflict'],
  },
  confirmImage: {
    summary: 'Checks the uploaded object and makes the image visible',
    request: 'Empty',
    success: { 200: { description: 'The image; a repeat changes nothing.', schema: 'Image' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'not-found', 'upload-missing', 'upload-rejected'],
  },
  getImage: {
    summary: 'One image',
    success: { 200: { description: 'The image.', schema: 'Image' } },
    problems: [...EVERYWHERE, 'not-found'],
  },
  listImages: {
    summary: 'The caller\'s images, newest first, filtered and paged',
    success: { 200: { description: 'A page.', schema: 'ImagePage' } },
    problems: [...EVERYWHERE, 'invalid-cursor'],
  },
  updateImage: {
    summary: 'Changes file name and tags',
    request: 'UpdateImage',
    headers: [IF_MATCH],
    success: { 200: { description: 'The image as it is now.', schema: 'Image' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'not-found', 'version-conflict'],
  },
  deleteImage: {
    summary: 'Deletes the image and all that belongs to it',
    success: { 204: { description: 'Deleted, now or before.' } },
    problems: [...EVERYWHERE, 'not-found'],
  },
  downloadImage: {
    summary: 'A short-lived URL for the original',
    success: {
      200: { description: 'The URL.', schema: 'Download' },
      302: { description: 'With `redirect=true`: the URL is in `Location`.' },
    },
    problems: [...EVERYWHERE, 'not-found', 'not-ready'],
  },
  batchDeleteImages: {
    summary: `Deletes 1 to ${LIMITS.BATCH_DELETE} images`,
    request: 'BatchDelete',
    success: { 200: { description: 'A result for each id, in the order given.', schema: 'BatchResult' } },
    problems: [...EVERYWHERE, ...WITH_BODY],
  },
  createCdnSession: {
    summary: 'Signed cookies for all of the caller\'s delivered images',
    request: 'Empty',
    success: { 204: { description: 'Four `Set-Cookie`, or none where whoever knows a URL may look.' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'no-such-route'],
  },
  getUsage: {
    summary: 'The caller\'s counts against quotas',
    success: { 200: { description: 'The counts.', schema: 'Usage' } },
    problems: EVERYWHERE,
  },
  getHealth: {
    summary: 'Liveness',
    success: { 200: { description: 'The service answers.', schema: 'Health' } },
    problems: ['rate-limited', 'internal', 'unavailable'],
  },
};

const TIME = { type: 'string', format: 'date-time' };

/** Schemas of query parameters, by name. */
export const PARAMETERS: Record<string, Record<string, unknown>> = {
  limit: { schema: { type: 'integer', minimum: 1, maximum: LIMITS.PAGE_MAX, default: LIMITS.PAGE_DEFAULT } },
  cursor: {
    description: 'A `next_cursor` of the same list.',
    schema: { type: 'string', maxLength: LIMITS.CURSOR_LENGTH },
  },
  order: { schema: { type: 'string', enum: ['desc', 'asc'], default: 'desc' } },
  tag: {
    description: 'Repeatable; all must match.',
    schema: { type: 'array', items: { type: 'string' } },
    style: 'form',
    explode: true,
  },
  content_type: { schema: { type: 'string', enum: [...IMAGE_TYPES] } },
  status: { schema: { type: 'string', enum: ['processing', 'ready', 'rejected', 'failed'] } },
  created_after: { description: 'Exclusive.', schema: TIME },
  created_before: { description: 'Exclusive.', schema: TIME },
  disposition: { schema: { type: 'string', enum: ['attachment', 'inline'], default: 'attachment' } },
  redirect: { schema: { type: 'string', enum: ['true', 'false'], default: 'false' } },
};
