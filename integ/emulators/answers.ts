import type { WireRequest, WireResponse } from '../../test/environments/environment';

/**
 * What API Gateway answers without a function, emulators answer without evaluating templates. That they are right on AWS is
 * shown by `test/construct/gateway-answers.test.ts`; here what is left of them is compared.
 *
 * MiniStack 1.5.33 sends the text of a mapping template as it is written, `context.requestId` as a literal, and its own `Content-Type`
 * beside that of the template.
 */
export function mendGatewayAnswer(response: WireResponse, request: WireRequest): WireResponse {
  if (response.headers.get('x-request-id')?.[0] !== 'context.requestId' && !response.body.includes('"$context.path"')) return response;
  const headers = new Map(response.headers);
  headers.set('content-type', headers.get('content-type')?.slice(-1) ?? []);
  headers.set('x-request-id', headers.get('x-amzn-requestid') ?? []);
  const path = JSON.stringify(request.target.split('?')[0]);
  const body = response.body.toString().replace(/^#set.*\n/, '').replace(/"\$(instance|context\.path)"/, () => path);
  return { ...response, headers, body: Buffer.from(body) };
}
