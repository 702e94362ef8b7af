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
  description: 'A repeated request of the same user with the same key and body returns the same image.',
  schema: { type: 'string', pattern: `^[ -~]{1,${LIMITS.IDEMPOTENCY_KEY_LENGTH}}$` },
};

const IF_MATCH = { name: 'If-Match', in: 'header', description: 'The expected version of the image in quotes, such as `"3"`, or `*`.', schema: { type: 'string' } };

export const USER_HEADER = {
  name: PRINCIPAL_HEADERS.USER,
  in: 'header',
  required: true,
  description: 'The end user that the request acts for. A trusted backend signs the request.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._@|:+=-]{1,128}$' },
};

export const OPERATIONS: Record<Operation, OperationText> = {
  createImage: {
    summary: 'Create a pending image and a presigned upload request',
    request: 'CreateImage',
    headers: [IDEMPOTENCY_KEY],
    success: {
      201: {
        description: 'The image is pending. Send the upload request unchanged. Storage answers 412 to a second PUT. '
          + 'Concurrent PUTs get 409 `ConditionalRequestConflict`: send the PUT again. A 412 then means that the other PUT was stored.',
        schema: 'Created',
      },
      200: { description: 'The image of this `Idempotency-Key` is no longer `pending`, so `upload` is null.', schema: 'Created' },
    },
    problems: [...EVERYWHERE, ...WITH_BODY, 'unsupported-type', 'too-large', 'idempotency-conflict'],
  },
  confirmImage: {
    summary: 'Confirm an upload: check the object and make the image visible',
    request: 'Empty',
    success: { 200: { description: 'The image. Repeated requests change nothing.', schema: 'Image' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'not-found', 'upload-missing', 'upload-rejected'],
  },
  getImage: {
    summary: 'Get an image',
    success: { 200: { description: 'The image.', schema: 'Image' } },
    problems: [...EVERYWHERE, 'not-found'],
  },
  listImages: {
    summary: 'List the images of the user, newest first by default',
    success: { 200: { description: 'A page of images. `next_cursor` is null on the last page.', schema: 'ImagePage' } },
    problems: [...EVERYWHERE, 'invalid-cursor'],
  },
  updateImage: {
    summary: 'Update the file name, the tags and the sharing of an image',
    request: 'UpdateImage',
    headers: [IF_MATCH],
    success: { 200: { description: 'The updated image.', schema: 'Image' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'not-found', 'version-conflict'],
  },
  deleteImage: {
    summary: 'Delete an image with its original and variants',
    success: { 204: { description: 'The image is deleted. Repeated requests get the same answer.' } },
    problems: [...EVERYWHERE, 'not-found'],
  },
  downloadImage: {
    summary: 'Get a presigned URL for the original',
    success: {
      200: { description: 'The URL and its expiry time.', schema: 'Download' },
      302: { description: 'With `redirect=true`: the header `Location` has the URL.' },
    },
    problems: [...EVERYWHERE, 'not-found', 'not-ready'],
  },
  batchDeleteImages: {
    summary: `Delete 1 to ${LIMITS.BATCH_DELETE} images`,
    request: 'BatchDelete',
    success: { 200: { description: 'One result for each id, in the order of the request.', schema: 'BatchResult' } },
    problems: [...EVERYWHERE, ...WITH_BODY],
  },
  createCdnSession: {
    summary: 'Get signed cookies for all variants of the user',
    request: 'Empty',
    success: { 204: { description: 'The answer sets four cookies, or no cookies if variants are public.' } },
    problems: [...EVERYWHERE, ...WITH_BODY, 'no-such-route'],
  },
  getUsage: {
    summary: 'Get the usage of the user and its limits',
    success: { 200: { description: 'The usage and the limits.', schema: 'Usage' } },
    problems: EVERYWHERE,
  },
  getHealth: {
    summary: 'Check that the service answers',
    success: { 200: { description: 'The service answers.', schema: 'Health' } },
    problems: ['rate-limited', 'internal', 'unavailable'],
  },
};

const TIME = { type: 'string', format: 'date-time' };

/** Schemas of query parameters, by name. */
export const PARAMETERS: Record<string, Record<string, unknown>> = {
  limit: { schema: { type: 'integer', minimum: 1, maximum: LIMITS.PAGE_MAX, default: LIMITS.PAGE_DEFAULT } },
  cursor: {
    description: 'The `next_cursor` of the previous page of the same list.',
    schema: { type: 'string', maxLength: LIMITS.CURSOR_LENGTH },
  },
  order: { schema: { type: 'string', enum: ['desc', 'asc'], default: 'desc' } },
  tag: {
    description: 'Repeatable. Images must have all given tags.',
    schema: { type: 'array', items: { type: 'string' } },
    style: 'form',
    explode: true,
  },
  content_type: { schema: { type: 'string', enum: [...IMAGE_TYPES] } },
  status: { schema: { type: 'string', enum: ['processing', 'ready', 'rejected', 'failed'] } },
  created_after: { description: 'Only images created after this time, exclusive.', schema: TIME },
  created_before: { description: 'Only images created before this time, exclusive.', schema: TIME },
  disposition: { schema: { type: 'string', enum: ['attachment', 'inline'], default: 'attachment' } },
  redirect: { schema: { type: 'string', enum: ['true', 'false'], default: 'false' } },
};
