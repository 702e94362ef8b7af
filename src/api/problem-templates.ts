import { PROBLEM_CONTENT_TYPE, buildProblemType, PROBLEMS, type ProblemCode } from '../contract';

/** Name of the only stage; the first segment of every URL of the API. */
export const STAGE_NAME = 'prod';

/** API Gateway picks a template by `Accept` and falls back to this type, so it is the only one. */
export const TEMPLATE_TYPE = 'application/json';

/**
 * Headers of every problem that API Gateway answers itself, as response parameters: quoted values are literal. `Content-Type` has
 * the spelling that API Gateway itself uses, so that ours replaces its own instead of standing beside it. One origin can be written down; of several, API Gateway could not tell which one asked.
 */
export function buildProblemHeaders(corsOrigins: string[]): Record<string, string> {
  return {
    'Content-Type': `'${PROBLEM_CONTENT_TYPE}'`,
    'cache-control': "'no-store'",
    'x-request-id': 'context.requestId',
    ...(corsOrigins.length === 1 && { 'access-control-allow-origin': `'${corsOrigins[0]}'` }),
  };
}

/**
 * Body of a gateway response. These templates know variables but no functions (Amazon API Gateway Developer Guide,
 * "Gateway responses"), so the stage stays in `instance`: it is the path of the URL that was called.
 */
export function buildGatewayProblem(code: ProblemCode, detail: string, extras?: object): string {
  return buildProblemJson(code, detail, '$context.path', extras);
}

/**
 * Body of an integration response, where functions are known. `escapeJavaScript` writes `\'`, which JSON does not know
 * (Amazon API Gateway Developer Guide, "$util template variables"). The stage is cut off: functions never see it.
 */
export function buildMockProblem(code: ProblemCode, detail: string): string {
  const path = `$context.path.replaceAll('^/${STAGE_NAME}(/|$)', '/')`;
  return `#set($instance = $util.escapeJavaScript(${path}).replaceAll("\\\\'", "'"))\n${buildProblemJson(code, detail, '$instance')}`;
}

function buildProblemJson(code: ProblemCode, detail: string, instance: string, extras?: object): string {
  return JSON.stringify({ type: buildProblemType(code), ...PROBLEMS[code], detail, code, ...extras, instance });
}
