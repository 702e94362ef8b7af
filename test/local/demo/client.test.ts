import { ImageClient } from '../../../local/demo/client';

const UPLOAD = {
  method: 'PUT',
  url: 'https://bucket.s3.amazonaws.com/originals/a?X-Amz-Signature=secret',
  headers: { 'if-none-match': '*' },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const CONFLICT = '<Error><Code>ConditionalRequestConflict</Code><Message>Please retry.</Message></Error>';

/** Storage that answers PUTs with these statuses in turn. */
function storage(...statuses: number[]) {
  const puts: { method?: string; body: string }[] = [];
  const fetching: typeof fetch = async (_url, { method, body } = {}) => {
    puts.push({ method, body: Buffer.from(body as Uint8Array).toString() });
    const status = statuses[puts.length - 1];
    return new Response(status === 409 ? CONFLICT : null, { status });
  };
  const client = new ImageClient({ url: 'http://127.0.0.1', user: 'alice', fetch: fetching });
  return { puts, upload: async () => client.upload(UPLOAD, Buffer.from('bytes')) };
}

describe('an upload', () => {
  test.each([[[200]], [[409, 200]], [[409, 409, 409, 200]], [[409, 412]]])(
    'succeeds after PUTs with the answers %j', async statuses => {
      const { puts, upload } = storage(...statuses);
      await upload();
      expect(puts).toEqual(statuses.map(() => ({ method: 'PUT', body: 'bytes' })));
    },
  );

  test('fails after four conflicts, without showing its signature', async () => {
    const { puts, upload } = storage(409, 409, 409, 409, 200);
    await expect(upload()).rejects.toThrow(
      /^PUT https:\/\/bucket\.s3\.amazonaws\.com\/originals\/a answered 409: ConditionalRequestConflict$/,
    );
    expect(puts).toHaveLength(4);
  });

  test.each([[403], [412]])('fails at once with %i', async status => {
    const { puts, upload } = storage(status, 200);
    await expect(upload()).rejects.toThrow(`answered ${status}`);
    expect(puts).toHaveLength(1);
  });
});
