import type { StoredObject } from '../../../lambda/domain/ports';
import { judgeDigest, judgeEncoding, judgeSize, judgeStart } from '../../../lambda/domain/verdict';
import type { ImageRecord } from '../../../src/contract';

const RECORD = { size: 10, content_type: 'image/png', checksum_sha256: 'declared=' } as ImageRecord;
const OBJECT: StoredObject = { size: 10, etag: '"e"' } as StoredObject;
const ACCEPTED = ['image/png', 'image/webp', 'image/jpeg'];
const KEEPS_NO_REJECTED = 'The service does not keep rejected originals: upload';

describe('a rejection at confirm names the rule, the value and the fix', () => {
  test.each([
    ['another size', judgeSize(RECORD, { ...OBJECT, size: 12 }), 'SIZE_MISMATCH',
      `The upload has 12 bytes, but its declared size is 10: they must be equal. ${KEEPS_NO_REJECTED} the file again, with its actual size declared.`],
    ['a content-encoding', judgeEncoding({ ...OBJECT, contentEncoding: 'gzip' }), 'CORRUPT',
      `The upload has a content-encoding, which is not allowed. ${KEEPS_NO_REJECTED} the file without an encoding, with exactly the headers of the upload request.`],
    ['another checksum', judgeDigest(RECORD, 'found='), 'CORRUPT',
      `The SHA-256 of the upload is found=, but declared= was declared: they must be equal. ${KEEPS_NO_REJECTED} the file again, with its actual checksum declared.`],
    ['another accepted type', judgeStart(RECORD, 'image/webp', ACCEPTED), 'TYPE_MISMATCH',
      `The upload was declared as image/png, but its leading bytes are of image/webp: they must match. ${KEEPS_NO_REJECTED} the file again, declared as image/webp.`],
    ['a type that is not accepted', judgeStart(RECORD, 'image/gif', ACCEPTED), 'UNSUPPORTED_TYPE',
      'The upload was declared as image/png, but its leading bytes are of image/gif, which is not accepted. '
      + `${KEEPS_NO_REJECTED} a copy of an accepted type: image/png, image/webp, image/jpeg.`],
    ['no known type', judgeStart(RECORD, undefined, ACCEPTED), 'UNSUPPORTED_TYPE',
      'The upload was declared as image/png, but its leading bytes are of no known image type. '
      + `${KEEPS_NO_REJECTED} a copy of an accepted type: image/png, image/webp, image/jpeg.`],
  ])('%s', (_case, verdict, code, message) => {
    expect(verdict).toEqual({ rejection: { code, message } });
  });
});
