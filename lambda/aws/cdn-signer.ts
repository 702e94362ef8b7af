import { readPrivateNumber, signRepeatably } from './repeatable-ecdsa';
import { DELIVERY, type SigningSecret } from '../../src/contract';
import type { CdnSigner } from '../domain/deliver/ports';
import { TryAgain } from '../domain/errors';

export interface CdnSignerOptions {
  readonly secretId: string;
  /** Where the secret is the key alone. */
  readonly keyId?: string;
  readonly readSecret: (secretId: string) => Promise<string | undefined>;
  readonly now: () => number;
  /** Runs for each read that fails. */
  readonly onUnreadable?: () => void;
}

/**
 * After a rotation in the secret, the old key is used no longer than this. CloudFront has known the new key since
 * before.
 */
const KEPT_MS = DELIVERY.KEY_KEPT_SECONDS * 1000;

interface SigningKey {
  readonly keyId: string;
  readonly number: Buffer;
}

interface Reading {
  readonly key: Promise<SigningKey>;
  readonly at: number;
}

/**
 * Signs as CloudFront verifies. Concurrent calls share one read of the secret; a failed read is repeated by the next
 * call.
 */
export function createCdnSigner(options: CdnSignerOptions): CdnSigner {
  let latest: Reading | undefined;

  function getCurrentKey(): Promise<SigningKey> {
    const now = options.now();
    if (latest !== undefined && now >= latest.at && now < latest.at + KEPT_MS) return latest.key;
    const reading: Reading = { key: readKey(options), at: now };
    latest = reading;
    reading.key.catch(() => {
      if (latest === reading) latest = undefined;
      options.onUnreadable?.();
    });
    return reading.key;
  }

  return {
    sign: async policy => {
      const { keyId, number } = await getCurrentKey();
      return { keyId, signature: signRepeatably(policy, number) };
    },
  };
}

/** Without a key nothing is signed and no URL is returned: the client is asked to try again, and the log says why. */
async function readKey({ secretId, keyId, readSecret }: CdnSignerOptions): Promise<SigningKey> {
  const text = await readSecret(secretId).catch((error: unknown) => {
    throw new TryAgain(`reading the signing key from the secret ${secretId} failed`, { cause: error });
  });
  const secret = parse(text ?? '', keyId);
  if (!secret.keyId) {
    throw new TryAgain(
      `the secret ${secretId} must have a keyId, or SIGNING_KEY_ID must be set, got: neither; set one to the id of the public key in CloudFront`,
    );
  }
  const number = readPrivateNumber(secret.privateKey ?? '');
  if (!number) {
    throw new TryAgain(
      `the secret ${secretId} must hold a P-256 private key: either the key in PEM, or JSON with keyId and privateKey`,
    );
  }
  return { keyId: secret.keyId, number };
}

/** The key id in a secret wins over the configured one, since both change together. */
function parse(text: string, keyId: string | undefined): Partial<SigningSecret> {
  if (!text.trimStart().startsWith('{')) return { keyId, privateKey: text };
  try {
    return { keyId, ...JSON.parse(text) as Partial<SigningSecret> };
  } catch {
    return { keyId };
  }
}
