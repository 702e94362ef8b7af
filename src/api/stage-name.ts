import { checkKnownText, describeValue, throwOptionError } from '../private/validate';

export const DEFAULT_STAGE_NAME = 'prod';

/** Amazon API Gateway API Reference, "Stage", `stageName`. */
const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;

/** The name becomes a part of response templates, so a token would be used literally. */
export function checkStageName(stageName: unknown): void {
  if (stageName === undefined) return;
  checkKnownText('stageName', stageName);
  if (typeof stageName === 'string' && STAGE_NAME.test(stageName)) return;
  const rule = 'must be 1 to 128 letters, digits, hyphens and underscores';
  throwOptionError('stageName', rule, describeValue(stageName), "write it like 'v1'; it is the first segment of the API's URLs");
}
