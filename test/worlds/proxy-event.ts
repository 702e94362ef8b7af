import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { WireRequest, WireResponse } from './world';
const RES = ['/images','/images/batch-delete','/images/{image_id}','/images/{image_id}/confirm','/images/{image_id}/download','/usage','/health'];
export function toProxyEvent(r: WireRequest): APIGatewayProxyEvent {
  const [raw, query] = [r.target.split('?')[0], r.target.includes('?') ? r.target.slice(r.target.indexOf('?')+1) : ''];
  const path = raw.length > 1 && raw.endsWith('/') ? raw.slice(0, -1) : raw;
  let resource = '/{proxy+}'; let pathParameters: Record<string,string> | null = null;
  for (const c of RES) {
    const m = new RegExp('^' + c.replace('{image_id}', '([^/]+)') + '$').exec(path);
    if (m) { resource = c; if (m[1]) { let v = m[1]; try { v = decodeURIComponent(v); } catch { /**/ } pathParameters = { image_id: v }; } if (!m[1]) break; if (path === '/images/batch-delete') continue; break; }
  }
  if (path === '/images/batch-delete') { resource = path; pathParameters = null; }
  const q: Record<string,string[]> = Object.create(null);
  for (const [k, v] of new URLSearchParams(query)) (q[k] ??= []).push(v);
  const h: Record<string,string[]> = Object.create(null);
  for (const [k, v] of r.headers) (h[k] ??= []).push(v.trim());
  const body = Buffer.from(r.body ?? []); let text: string | undefined;
  try { text = new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(body); } catch { /**/ }
  return { resource, path: raw, httpMethod: r.method, pathParameters, multiValueQueryStringParameters: q, multiValueHeaders: h, body: text ?? body.toString('base64'), isBase64Encoded: text === undefined, requestContext: { requestId: randomUUID() } } as unknown as APIGatewayProxyEvent;
}
export function toWireResponse(r: WireRequest, result: APIGatewayProxyResult): WireResponse {
  const headers = new Map<string, string[]>();
  for (const [k, v] of Object.entries({ ...result.headers, ...result.multiValueHeaders })) headers.set(k.toLowerCase(), [v].flat().map(String));
  const body = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8');
  return { status: result.statusCode, headers, body: r.method === 'HEAD' ? Buffer.alloc(0) : body };
}
