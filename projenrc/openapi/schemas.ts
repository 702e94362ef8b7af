import { IMAGE_TYPES, LIMITS, PROBLEMS, REJECTION_CODES, type RejectionCode } from '../../src/contract';

type Schema = Record<string, unknown>;

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const nullable = (schema: Schema): Schema => ({ ...schema, type: [schema.type as string, 'null'] });
const time = (description: string): Schema => text(description, { format: 'date-time' });
const defineObject = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object', properties, required, additionalProperties: false,
});
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const IMAGE_ID = text('Opaque; compared exactly.', { pattern: '^[A-Za-z0-9._~-]{1,200}$' });
const FILENAME = text(
  `Display text only, 1 to ${LIMITS.FILENAME_CODE_POINTS} code points and at most ${LIMITS.FILENAME_BYTES} bytes of UTF-8, stored in Unicode NFC.`,
  {
    minLength: 1, maxLength: LIMITS.FILENAME_CODE_POINTS,
  },
);
const TAGS: Schema = {
  type: 'array',
  description: `At most ${LIMITS.TAGS} different tags once trimmed, lower-cased and in Unicode NFC; each 1 to ${LIMITS.TAG_CODE_POINTS} letters, marks, digits, spaces or ._:/-`,
  items: { type: 'string' },
};
const CHECKSUM = text('SHA-256 of the bytes in base64. S3 verifies it when it is given.', {
  pattern: '^[A-Za-z0-9+/]{43}=$',
});
const CONTENT_TYPE = text('One of the accepted types.', { enum: [...IMAGE_TYPES] });
const STATUS = text([
  '`pending`: its URL was issued.',
  '`processing`: it was confirmed, by the client or by the service, and a worker makes its variants.',
  '`ready`: it has its variants, and the original can be downloaded.',
  '`rejected`: something is wrong with the upload, and `rejection` says what; the bytes are deleted.',
  '`failed`: our fault, not the image\'s; the original is kept, and an operator can have it tried again.',
].join('\n'), { enum: ['pending', 'processing', 'ready', 'rejected', 'failed'] });
const COUNT = defineObject({
  used: { type: ['integer', 'null'], description: 'Null where nothing is counted.' },
  limit: { type: ['integer', 'null'], description: 'Null where there is none.' },
});

const VARIANT = defineObject({
  name: { type: 'string' },
  width: { type: 'integer' },
  height: { type: 'integer' },
  content_type: { type: 'string' },
  size: { type: ['integer', 'null'], description: 'Bytes; null where the variant is made when it is first asked for.' },
  url: { type: ['string', 'null'], description: 'Null, like `expires_at`, where delivery is off.' },
  expires_at: nullable(time('When the URL ends.')),
});

const REJECTIONS: Record<RejectionCode, string> = {
  UNSUPPORTED_TYPE: 'its leading bytes are of no accepted type',
  TYPE_MISMATCH: 'they are of another accepted type than was declared',
  SIZE_MISMATCH: 'it has not as many bytes as were declared',
  CORRUPT: 'it cannot be decoded, or has another checksum than was declared',
  TOO_MANY_PIXELS: 'it has more pixels, or a longer side, than is allowed',
  TOO_MANY_FRAMES: 'its animation has more frames than are allowed',
  RESOURCE_LIMIT: 'its decoder took more time or memory than is allowed',
  MALWARE: 'a scanner found malware in it',
  SCAN_FAILED: 'a scanner cannot look into it',
  MODERATED: 'it was refused for what it shows',
};

const REJECTION = {
  ...defineObject({
    code: text(REJECTION_CODES.map(code => `\`${code}\`: ${REJECTIONS[code]}.`).join('\n'), {
      enum: [...REJECTION_CODES],
    }),
    message: text('For people; no text of a decoder.'),
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
  width: { type: ['integer', 'null'] },
  height: { type: ['integer', 'null'] },
  format: nullable(text('What the bytes are, such as `jpeg` or `heic`. Null until a worker has looked.')),
  animated: { type: ['boolean', 'null'] },
  placeholder: {
    ...defineObject({
      thumbhash: text(
        'A ThumbHash of some 25 bytes, in base64: https://evanw.github.io/thumbhash/ draws a blurred image of it.',
      ),
      color: text('The dominant colour, such as `#7a8b9c`.'),
    }),
    type: ['object', 'null'],
  },
  variants: { type: 'array', items: VARIANT },
  rejection: REJECTION,
  created_at: nullable(time('When the image left `pending`.')),
  updated_at: time('When anything shown here changed last.'),
  version: { type: 'integer', minimum: 1, description: 'Grows with every change of what is shown.' },
});

const UPLOAD = {
  ...defineObject({
    method: { const: 'PUT' },
    url: { type: 'string', format: 'uri' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Send exactly these.' },
    expires_at: time('When the URL ends.'),
  }),
  type: ['object', 'null'],
};

const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457.',
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
    size: { type: 'integer', minimum: 1, description: 'Exact: it is signed.' },
    filename: nullable(FILENAME),
    tags: nullable(TAGS),
    checksum_sha256: nullable(CHECKSUM),
  }, ['content_type', 'size']),
  UpdateImage: defineObject({ filename: nullable(FILENAME), tags: nullable(TAGS) }, []),
  BatchDelete: defineObject({
    image_ids: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: LIMITS.BATCH_DELETE },
  }),
  Empty: defineObject({}),
  Created: defineObject({ image_id: IMAGE_ID, status: STATUS, upload: UPLOAD }),
  Image: IMAGE,
  ImagePage: defineObject({
    images: { type: 'array', items: ref('Image') },
    next_cursor: { type: ['string', 'null'], maxLength: LIMITS.CURSOR_LENGTH },
  }),
  Download: defineObject({ url: { type: 'string', format: 'uri' }, expires_at: time('When the URL ends.') }),
  BatchResult: defineObject({
    results: {
      type: 'array',
      items: defineObject({ image_id: { type: 'string' }, status: { type: 'integer' }, problem: ref('Problem') }, [
        'image_id', 'status',
      ]),
    },
  }),
  Usage: defineObject({ images: COUNT, bytes: COUNT }),
  Health: defineObject({ status: { const: 'ok' } }),
  Problem: PROBLEM,
};
