import { sign } from 'node:crypto';
import type { SigningKey } from '../../local/cdn/key-file';

export interface Grant {
  /** Resource of the policy. */
  readonly resource: string;
  /** Epoch seconds. */
  readonly until: number;
}

/** The policy as the service writes it. */
export function buildPolicy({ resource, until }: Grant): string {
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': until } } }] });
}

/** The four values, by the names that they have in a query; cookies have `CloudFront-` before them. */
export function signedParameters(key: SigningKey, policy: string): Record<string, string> {
  return {
    'Policy': urlSafe(Buffer.from(policy)),
    'Signature': urlSafe(sign('sha256', Buffer.from(policy), key.privateKey)),
    'Key-Pair-Id': key.keyId,
    'Hash-Algorithm': 'SHA256',
  };
}

export function signQuery(key: SigningKey, grant: Grant): string {
  return formatQuery(signedParameters(key, buildPolicy(grant)));
}

export function formatQuery(parameters: Record<string, string>): string {
  return Object.entries(parameters).map(([name, value]) => `${name}=${value}`).join('&');
}

export function signCookies(key: SigningKey, grant: Grant): string {
  return formatCookies(signedParameters(key, buildPolicy(grant)));
}

export function formatCookies(parameters: Record<string, string>): string {
  return Object.entries(parameters).map(([name, value]) => `CloudFront-${name}=${value}`).join('; ');
}

/** Base64 with the characters that CloudFront wants instead of those that mean something in a URL. */
export function urlSafe(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');
}
