import { sign } from 'node:crypto';
import type { SigningKey } from '../../local/cdn/key-file';

export interface Grant {
  /** The resource of the policy. */
  readonly resource: string;
  /** Epoch seconds. */
  readonly until: number;
}

/** The policy as the service writes it. */
export function buildPolicy({ resource, until }: Grant): string {
  return JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': until } } }],
  });
}

/** The four values by their names in a query; cookie names start with `CloudFront-`. */
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

/** Base64 in CloudFront's alphabet: it replaces the characters that have a meaning in a URL. */
export function urlSafe(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');
}
