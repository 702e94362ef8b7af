import { EXPOSED_HEADERS, PROBLEM_CONTENT_TYPE, buildProblemType, PROBLEMS, type ProblemCode } from '../contract';

/** API Gateway selects a template by `Accept` and falls back to this type, so it is the only one. */
export const TEMPLATE_TYPE = 'application/json';

/**
 * Headers of API Gateway's own problems, as response parameters: quoted values are literal. `Content-Type` has API
 * Gateway's spelling, so that the value replaces the default instead of adding a second header. A template can hold one
 * origin only: with several, API Gateway cannot tell which one asks.
 */
export function buildProblemHeaders(corsOrigins: string[]): Record<string, string> {
  return {
    'Content-Type': `'${PROBLEM_CONTENT_TYPE}'`,
    'cache-control': "'no-store'",
    'x-request-id': 'context.requestId',
    ...(corsOrigins.length === 1 && {
      'access-control-allow-origin': `'${corsOrigins[0]}'`,
      'access-control-expose-headers': `'${EXPOSED_HEADERS}'`,
    }),
  };
}

/**
 * Body of a gateway response. Its templates have variables but no functions (Amazon API Gateway Developer Guide,
 * "Gateway responses"), so `instance` contains the stage: it is the path of the requested URL.
 */
export function buildGatewayProblem(code: ProblemCode, detail: string, extras?: object): string {
  return buildProblemJson(code, detail, '$context.path', extras);
}

/**
 * Body of an integration response. Its templates have functions. `escapeJavaScript` writes `\'`, which is invalid in
 * JSON (Amazon API Gateway Developer Guide, "$util template variables"). The template removes the stage, because
 * functions never see it.
 */
export function buildMockProblem(code: ProblemCode, detail: string, stageName: string): string {
  const path = `$context.path.replaceAll('^/${stageName}(/|$)', '/')`;
  return `#set($instance = $util.escapeJavaScript(${path}).replaceAll("\\\\'", "'"))\n${buildProblemJson(code, detail, '$instance')}`;
}

function buildProblemJson(code: ProblemCode, detail: string, instance: string, extras?: object): string {
  return JSON.stringify({ type: buildProblemType(code), ...PROBLEMS[code], detail, code, ...extras, instance });
}
