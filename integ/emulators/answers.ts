import type { WireRequest, WireResponse } from '../../test/environments/environment';

/**
 * API Gateway answers some requests without a function. Emulators send these answers without evaluating their
 * templates. `test/construct/gateway-answers.test.ts` proves the templates for AWS; the specs compare the rest here.
 * MiniStack 1.5.33 sends the text of a mapping template as it is written, `context.requestId` as a literal, and its own
 * `Content-Type` beside the template's.
 */
export function mendGatewayAnswer(response: WireResponse, request: WireRequest): WireResponse {
  if (response.headers.get('x-request-id')?.[0] !== 'context.requestId' && !response.body.includes('"$context.path"')) {
    return response;
  }
  const headers = new Map(response.headers);
  headers.set('content-type', headers.get('content-type')?.slice(-1) ?? []);
  headers.set('x-request-id', headers.get('x-amzn-requestid') ?? []);
  const path = JSON.stringify(request.target.split('?')[0]);
  const body = response.body.toString().replace(/^#set.*\n/, '').replace(/"\$(instance|context\.path)"/, () => path);
  return { ...response, headers, body: Buffer.from(body) };
}
