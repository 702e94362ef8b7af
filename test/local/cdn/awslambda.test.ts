import { provideAwslambda, ResponseStream } from '../../../local/cdn/awslambda';
import { createFunctionUrlOrigin, type StreamingHandler } from '../../../local/cdn/function-url';

type From = (stream: ResponseStream, metadata: object) => ResponseStream;

/** Runs a handler like a function URL with response streaming. */
function ask(
  handler: (stream: ResponseStream, from: From) => void,
): ReturnType<ReturnType<typeof createFunctionUrlOrigin>> {
  const scope = {} as { awslambda: { HttpResponseStream: { from: From } } };
  provideAwslambda(scope);
  const streaming: StreamingHandler = async (_event, stream) =>
    handler(stream, scope.awslambda.HttpResponseStream.from);
  return createFunctionUrlOrigin(streaming, 1000)('/_/alice/01JDB2W8/thumb.avif');
}

const METADATA = { statusCode: 404, headers: { 'Content-Type': 'text/plain', 'X-Number': 5 } };

/** https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/97 */
describe('a streamed answer', () => {
  test('has its status and headers when the handler writes before it ends', async () => {
    const answer = await ask((stream, from) => from(stream, METADATA).write('Not ') && stream.end('Found'));
    expect(answer).toEqual({
      status: 404,
      headers: { 'content-type': 'text/plain', 'x-number': '5' },
      body: Buffer.from('Not Found'),
    });
  });

  test('has its status and headers when the only chunk is empty', async () => {
    const answer = await ask((stream, from) => {
      from(stream, METADATA).write(new Uint8Array());
      stream.end();
    });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-number': '5' }, body: Buffer.alloc(0) });
  });

  test.each([['with a body', 'Not Found'], ['without a body', undefined]])(
    'is 502 when the handler ends %s and never writes', async (_, body) => {
      const log = jest.spyOn(console, 'error').mockImplementation();
      const answer = await ask((stream, from) => void from(stream, METADATA).end(body));
      expect(answer.status).toBe(502);
      expect(String(log.mock.calls)).toContain('must call write() before end()');
    },
  );

  test('keeps zero bytes of the body apart from the delimiter', async () => {
    const body = Buffer.alloc(32);
    const answer = await ask((stream, from) => from(stream, METADATA).write(body) && stream.end());
    expect(answer.body).toEqual(body);
  });

  test('is 200 with the content type of the stream where it has no metadata', async () => {
    const answer = await ask(stream => {
      stream.setContentType('image/png');
      stream.write('bytes');
      stream.end();
    });
    expect(answer).toEqual({ status: 200, headers: { 'content-type': 'image/png' }, body: Buffer.from('bytes') });
  });

  test('cannot change its content type after the first chunk', async () => {
    jest.spyOn(console, 'error').mockImplementation();
    const answer = await ask(stream => {
      stream.write('bytes');
      stream.setContentType('image/png');
    });
    expect(answer.status).toBe(502);
  });
});
