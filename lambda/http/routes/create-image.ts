import { type ImageType, LIMITS } from '../../../src/contract';
import { createImage, type Declaration } from '../../domain/create-image';
import { ProblemError } from '../../domain/errors';
import type { Policy } from '../../domain/ports';
import { formatTime } from '../../domain/timestamps';
import { checkVisibility } from '../check-visibility';
import { type Faults, describeGot } from '../faults';
import { readFields } from '../fields';
import { type HttpRequest, respondJson } from '../messages';
import { type Body, hasBody, type RouteHandler } from '../route';
import { FIELDS } from '../schemas';

const BODY = {
  content_type: FIELDS.contentType,
  size: FIELDS.size,
  filename: FIELDS.filename,
  tags: FIELDS.tags,
  checksum_sha256: FIELDS.checksum,
  visibility: FIELDS.visibility,
  shared_with: FIELDS.sharedWith,
};

export const createImageRoute: RouteHandler = async ({ request, body, faults, caller, deps }) => {
  const key = readIdempotencyKey(request, faults);
  const declared = readDeclaration(body, faults);
  checkVisibility(body, deps.delivery, faults);
  faults.throwIfAny();
  checkPolicy(declared!, deps.policy);
  const created = await createImage(deps, caller, declared!, { key, requestId: request.requestId });
  const { image_id, status, upload } = created;
  if (upload === null) return respondJson(200, { image_id, status, upload });
  const { url, headers, expires_at } = upload;
  return respondJson(201, {
    image_id,
    status,
    upload: { method: 'PUT', url, headers, expires_at: formatTime(expires_at) },
  });
};

function readDeclaration(body: Body, faults: Faults): Declaration | undefined {
  const fields = hasBody(body) ? readFields(BODY, body, faults) : undefined;
  if (fields === undefined) return undefined;
  return {
    content_type: fields.content_type as ImageType,
    size: fields.size,
    filename: fields.filename ?? undefined,
    tags: fields.tags ?? [],
    checksum_sha256: fields.checksum_sha256 ?? undefined,
    visibility: fields.visibility ?? undefined,
    shared_with: fields.shared_with ?? undefined,
  };
}

function checkPolicy({ content_type, size }: Declaration, { accept, maxSize }: Policy): void {
  if (!accept.includes(content_type)) {
    const detail = `content_type must be one of ${accept.join(', ')}, ${describeGot(content_type)}.`;
    throw new ProblemError('unsupported-type', detail, { accepted: accept });
  }
  if (size > maxSize) {
    throw new ProblemError('too-large', `size must be at most ${maxSize} bytes, ${describeGot(size)}.`, {
      limit: maxSize,
    });
  }
}

const IDEMPOTENCY_KEY = new RegExp(`^[ -~]{1,${LIMITS.IDEMPOTENCY_KEY_LENGTH}}$`);

function readIdempotencyKey(request: HttpRequest, faults: Faults): string | undefined {
  const values = request.headers.get('idempotency-key');
  if (values === undefined) return undefined;
  if (values.length === 1 && IDEMPOTENCY_KEY.test(values[0])) return values[0];
  const rule = `must be given once with 1 to ${LIMITS.IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`;
  faults.add(
    'Idempotency-Key', `${rule}, ${values.length === 1 ? describeGot(values[0]) : `got ${values.length} values`}`,
  );
  return undefined;
}
