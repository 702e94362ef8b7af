import {
  IMAGE_TYPES, LIMITS, PRINCIPAL_NAME, PROBLEMS, REJECTION_CODES, type RejectionCode, SHARING, VISIBILITIES,
} from '../../src/contract';

type Schema = Record<string, unknown>;

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const nullable = (schema: Schema): Schema => ({ ...schema, type: [schema.type as string, 'null'] });
const time = (description: string): Schema => text(description, { format: 'date-time' });
const defineObject = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object', properties, required, additionalProperties: false,
});
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const IMAGE_ID = text('Opaque, case-sensitive id.', { pattern: '^[A-Za-z0-9._~-]{1,200}$' });
const FILENAME = text(
  `File name for display: 1 to ${LIMITS.FILENAME_CODE_POINTS} code points, at most ${LIMITS.FILENAME_BYTES} bytes of UTF-8. Stored in Unicode NFC.`,
  {
    minLength: 1, maxLength: LIMITS.FILENAME_CODE_POINTS,
  },
);
const TAGS: Schema = {
  type: 'array',
  description: `At most ${LIMITS.TAGS} different tags of 1 to ${LIMITS.TAG_CODE_POINTS} letters, marks, digits, spaces or ._:/- each. Stored trimmed, in lower case and in Unicode NFC.`,
  items: { type: 'string' },
};
const VISIBILITY: Schema = {
  type: 'string',
  enum: [...VISIBILITIES],
  description: '`public`: every caller of the tenant may see the ready image, and its variants have URLs without signatures.',
};
const SHARED_WITH: Schema = {
  type: 'array',
  description: `Users and groups that may see the ready image: at most ${SHARING.MAX_ENTRIES} different entries \`user:<user_id>\` or \`group:<name>\`. The order is kept.`,
  items: { type: 'string', pattern: `^(?:${SHARING.USER}|${SHARING.GROUP})${PRINCIPAL_NAME}$` },
};
const CHECKSUM = text('SHA-256 of the file in base64. If set, S3 verifies it at upload.', {
  pattern: '^[A-Za-z0-9+/]{43}=$',
});
const CONTENT_TYPE = text('Media type of the original, one of the accepted types.', { enum: [...IMAGE_TYPES] });
const STATUS = text([
  '`pending`: the upload URL was issued.',
  '`processing`: the client or the service confirmed the upload, and a worker makes the variants.',
  '`ready`: the variants exist, and the original can be downloaded.',
  '`rejected`: the upload is invalid, and `rejection` has the reason. The uploaded bytes are deleted.',
  '`failed`: processing failed through no fault of the image. The original is kept, and an operator can retry.',
].join('\n'), { enum: ['pending', 'processing', 'ready', 'rejected', 'failed'] });
const COUNT = defineObject({
  used: { type: ['integer', 'null'], description: 'Null if the service does not count.' },
  limit: { type: ['integer', 'null'], description: 'Null if there is no limit.' },
});

const VARIANT = defineObject({
  name: { type: 'string' },
  width: { type: 'integer' },
  height: { type: 'integer' },
  content_type: { type: 'string' },
  size: { type: ['integer', 'null'], description: 'Bytes. Null if the first request makes the variant.' },
  url: { type: ['string', 'null'], description: 'Null if the service does not deliver the variant.' },
  expires_at: nullable(time('Expiry time of the URL.')),
});

const REJECTIONS: Record<RejectionCode, string> = {
  UNSUPPORTED_TYPE: 'the leading bytes of the upload match no accepted type',
  TYPE_MISMATCH: 'the leading bytes match another accepted type than the declared one',
  SIZE_MISMATCH: 'the size differs from the declared size',
  CORRUPT: 'the image cannot be decoded, or the checksum differs from the declared one',
  TOO_MANY_PIXELS: 'the image has too many pixels, or a side is too long',
  TOO_MANY_FRAMES: 'the animation has too many frames',
  RESOURCE_LIMIT: 'decoding exceeds the limit of time or memory',
  MALWARE: 'the scanner found malware',
  SCAN_FAILED: 'the scanner cannot scan the file',
  MODERATED: 'the content of the image is not allowed',
};

const REJECTION = {
  ...defineObject({
    code: text(REJECTION_CODES.map(code => `\`${code}\`: ${REJECTIONS[code]}.`).join('\n'), {
      enum: [...REJECTION_CODES],
    }),
    message: text('Explanation for people.'),
  }),
  type: ['object', 'null'],
};

const IMAGE = defineObject({
  image_id: IMAGE_ID,
  user_id: { type: 'string' },
  status: STATUS,
  filename: nullable(FILENAME),
  content_type: CONTENT_TYPE,
  size: { type: 'integer', minimum: 1 },
  checksum_sha256: nullable(CHECKSUM),
  tags: TAGS,
  visibility: VISIBILITY,
  shared_with: SHARED_WITH,
  width: { type: ['integer', 'null'] },
  height: { type: ['integer', 'null'] },
  format: nullable(text('Detected format, such as `jpeg` or `heic`. Null until a worker has read the file.')),
  animated: { type: ['boolean', 'null'] },
  placeholder: {
    ...defineObject({
      thumbhash: text(
        'ThumbHash of about 25 bytes, in base64, for a blurred preview: https://evanw.github.io/thumbhash/.',
      ),
      color: text('Dominant colour, such as `#7a8b9c`.'),
    }),
    type: ['object', 'null'],
  },
  variants: { type: 'array', items: VARIANT },
  rejection: REJECTION,
  created_at: nullable(time('Time when the image left `pending`.')),
  updated_at: time('Time of the last change to this object.'),
  version: { type: 'integer', minimum: 1, description: 'Increases with every change to this object.' },
});

const {
  image_id, status, content_type, width, height, format, animated, placeholder, variants, created_at, updated_at,
} = IMAGE.properties as Record<string, Schema>;

const SHARED_IMAGE = {
  ...defineObject({
    image_id,
    status: { ...status, enum: ['ready'] },
    content_type,
    width,
    height,
    format,
    animated,
    placeholder,
    variants,
    created_at,
    updated_at,
  }),
  description: 'An image as users see it to whom it does not belong.',
};

const BATCH_ENTRY = { image_id: { type: 'string' }, status: { type: 'integer' }, problem: ref('Problem') };
const REQUIRED_IN_BATCH = ['image_id', 'status'];

const UPLOAD = {
  ...defineObject({
    method: { const: 'PUT' },
    url: { type: 'string', format: 'uri' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Send exactly these headers with the PUT.' },
    expires_at: time('Expiry time of the URL.'),
  }),
  type: ['object', 'null'],
};

const PROBLEM: Schema = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    instance: { type: 'string', format: 'uri-reference' },
    errors: { type: 'array', items: defineObject({ path: { type: 'string' }, message: { type: 'string' } }) },
    rejection: REJECTION,
    accepted: { type: 'array', items: { type: 'string' } },
    limit: { type: 'integer' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  additionalProperties: false,
};

export const SCHEMAS: Record<string, Schema> = {
  CreateImage: defineObject({
    content_type: CONTENT_TYPE,
    size: { type: 'integer', minimum: 1, description: 'Exact size of the file in bytes. The upload URL is signed for this size.' },
    filename: nullable(FILENAME),
    tags: nullable(TAGS),
    checksum_sha256: nullable(CHECKSUM),
    visibility: nullable({ ...VISIBILITY, enum: [...VISIBILITIES, null] }),
    shared_with: nullable(SHARED_WITH),
  }, ['content_type', 'size']),
  UpdateImage: defineObject({
    filename: nullable(FILENAME),
    tags: nullable(TAGS),
    visibility: nullable({ ...VISIBILITY, enum: [...VISIBILITIES, null] }),
    shared_with: nullable(SHARED_WITH),
  }, []),
  Batch: defineObject({
    image_ids: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: LIMITS.BATCH_IDS },
  }),
  Empty: defineObject({}),
  Created: defineObject({ image_id: IMAGE_ID, status: STATUS, upload: UPLOAD }),
  Image: IMAGE,
  SharedImage: SHARED_IMAGE,
  AnyImage: { oneOf: [ref('Image'), ref('SharedImage')] },
  ImagePage: defineObject({
    images: { type: 'array', items: ref('AnyImage') },
    next_cursor: { type: ['string', 'null'], maxLength: LIMITS.CURSOR_LENGTH },
  }),
  Download: defineObject({ url: { type: 'string', format: 'uri' }, expires_at: time('Expiry time of the URL.') }),
  BatchResult: defineObject({
    results: {
      type: 'array',
      items: defineObject(BATCH_ENTRY, REQUIRED_IN_BATCH),
    },
  }),
  BatchGetResult: defineObject({
    results: {
      type: 'array',
      items: defineObject({ ...BATCH_ENTRY, image: ref('AnyImage') }, REQUIRED_IN_BATCH),
    },
  }),
  Usage: defineObject({ images: COUNT, bytes: COUNT }),
  Health: defineObject({ status: { const: 'ok' } }),
  Problem: PROBLEM,
};
