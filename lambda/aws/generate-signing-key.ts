import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_OPTIONS } from './clients';
import { readErrorName } from './errors';
import { readPrivateNumber } from './repeatable-ecdsa';
import { ServiceError } from '../domain/errors';

/**
 * The public key, in PEM, of the private key in a secret. A new secret gets a key first. The private key exists nowhere
 * else, and is never replaced. `request` makes retries idempotent.
 */
export async function providePublicKey(secretId: string, request: string): Promise<string> {
  const client = new SecretsManagerClient(CLIENT_OPTIONS);
  const held = await retryUntilGranted(async () => readHeldKey(client, secretId));
  if (held) return exportPublicKey(held);
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const ClientRequestToken = createHash('sha256').update(request).digest('hex');
  const write = new PutSecretValueCommand({ SecretId: secretId, SecretString: privateKey, ClientRequestToken });
  const isOurs = await retryUntilGranted(async () => client.send(write).then(() => true, (error: unknown) => {
    // A concurrent run of the same request was faster: its key counts.
    if (readErrorName(error) === 'ResourceExistsException') return false;
    throw error;
  }));
  if (isOurs) return publicKey;
  const written = await readHeldKey(client, secretId);
  if (!written) throw new ServiceError('the secret is empty after another run wrote the signing key');
  return exportPublicKey(written);
}

/**
 * A deployment grants access to a new secret seconds before it is used (IAM User Guide, "Changes that I make are not
 * always immediately visible").
 */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 1000;

async function retryUntilGranted<T>(work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (readErrorName(error) !== 'AccessDeniedException' || Date.now() >= until) throw error;
    }
  }
}

/** A new secret has no value, or a password that CloudFormation generated. */
async function readHeldKey(client: SecretsManagerClient, secretId: string): Promise<string | undefined> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return readPrivateNumber(SecretString) ? SecretString : undefined;
  } catch (error) {
    if (readErrorName(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function exportPublicKey(privateKey: string): string {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }).toString();
}
