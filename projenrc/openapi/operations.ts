import {
  ACT_AS_SERVICE, IMAGE_TYPES, LIMITS, type Operation, PRINCIPAL_HEADERS, PRINCIPAL_LIMITS, PRINCIPAL_NAME,
  type ProblemCode, type Route, SERVICE_OPERATIONS,
} from '../../src/contract';

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

const NAME = `^${PRINCIPAL_NAME}$`;

const USER_HEADER = {
  name: PRINCIPAL_HEADERS.USER,
  in: 'header',
  description: 'The user that the request acts for. A trusted caller must send it; all other callers must not.',
  schema: { type: 'string', pattern: NAME },
};

const GROUPS_HEADER = {
  name: PRINCIPAL_HEADERS.GROUPS,
  in: 'header',
  description: `Groups of the user, divided by commas: at most ${PRINCIPAL_LIMITS.HEADER_GROUPS}. Only a trusted caller may send it.`,
  schema: { type: 'array', items: { type: 'string', pattern: NAME } },
  style: 'simple',
};

const ACT_AS_HEADER = {
  name: PRINCIPAL_HEADERS.ACT_AS,
  in: 'header',
  description: `\`${ACT_AS_SERVICE}\` reads any image of the tenant, for no user. Only a trusted caller may send it, without \`${PRINCIPAL_HEADERS.USER}\`.`,
  schema: { type: 'string', enum: [ACT_AS_SERVICE] },
};

/** Headers that name the caller of a route. */
export function listCallerHeaders({ open, operation }: Route): Record<string, unknown>[] {
  if (open) return [];
  const canBeService = (SERVICE_OPERATIONS as readonly Operation[]).includes(operation);
  return [USER_HEADER, GROUPS_HEADER, ...(canBeService ? [ACT_AS_HEADER] : [])];
}

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
    summary: 'Get an image, own or of another user',
    success: {
      200: { description: 'The image: everything for its owner and the service, less for others.', schema: 'AnyImage' },
    },
    problems: [...EVERYWHERE, 'not-found'],
  },
  listImages: {
    summary: 'List the images of the user, or images of others that are shared, newest first by default',
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
  batchGetImages: {
    summary: `Get 1 to ${LIMITS.BATCH_IDS} images, own and of other users`,
    request: 'Batch',
    success: { 200: { description: 'One result for each id, in the order of the request.', schema: 'BatchGetResult' } },
    problems: [...EVERYWHERE, ...WITH_BODY],
  },
  batchDeleteImages: {
    summary: `Delete 1 to ${LIMITS.BATCH_IDS} images`,
    request: 'Batch',
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
  shared: {
    description: 'Lists ready images of others that are shared with the user, without `tag`, `content_type` and `status`.',
    schema: { type: 'string', enum: ['true'] },
  },
  group: {
    description: 'Lists ready images of others that are shared with this group of the user. Excludes `shared`, `tag`, `content_type` and `status`.',
    schema: { type: 'string', pattern: NAME },
  },
  disposition: { schema: { type: 'string', enum: ['attachment', 'inline'], default: 'attachment' } },
  redirect: { schema: { type: 'string', enum: ['true', 'false'], default: 'false' } },
};
