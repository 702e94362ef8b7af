import { createPublicKey, verify } from 'node:crypto';
import { createCdnSigner } from '../../../lambda/aws/cdn-signer';
import { TryAgain } from '../../../lambda/domain/errors';
import { newKey } from '../http/support/signing';

const MINUTE = 60_000;
const [OLD, NEW] = [newKey(), newKey()];

class Secret {
  reads = 0;
  now = 0;

  constructor(public text: string | undefined | Error) {}

  signer(keyId?: string) {
    return createCdnSigner({ secretId: 'the-secret', keyId, readSecret: async () => this.read(), now: () => this.now });
  }

  private async read(): Promise<string | undefined> {
    this.reads++;
    const { text } = this;
    await new Promise(resolve => setTimeout(resolve, 5));
    if (text instanceof Error) throw text;
    return text;
  }
}

async function signedBy(sign: ReturnType<Secret['signer']>['sign'], key: string): Promise<string> {
  const { signature, keyId } = await sign('policy');
  expect(verify('sha256', Buffer.from('policy'), createPublicKey(key), signature)).toBe(true);
  return keyId;
}

test('a secret of a key alone takes its key id from the environment', async () => {
  expect(await signedBy(new Secret(OLD).signer('K1').sign, OLD)).toBe('K1');
});

test('a secret that names its key id overrides the environment', async () => {
  const secret = new Secret(JSON.stringify({ keyId: 'K2', privateKey: NEW }));
  expect([await signedBy(secret.signer().sign, NEW), await signedBy(secret.signer('K1').sign, NEW)]).toEqual([
    'K2', 'K2',
  ]);
});

test('a hundred concurrent calls share one read of the secret, which is cached for five minutes', async () => {
  const secret = new Secret(OLD);
  const { sign } = secret.signer('K1');
  await Promise.all(Array.from({ length: 100 }, () => sign('policy')));
  secret.now = 5 * MINUTE - 1;
  await sign('policy');
  expect(secret.reads).toBe(1);
});

test('a key that was rotated in the secret is in use five minutes later', async () => {
  const secret = new Secret(JSON.stringify({ keyId: 'K1', privateKey: OLD }));
  const { sign } = secret.signer();
  expect(await signedBy(sign, OLD)).toBe('K1');
  secret.text = JSON.stringify({ keyId: 'K2', privateKey: NEW });
  secret.now = 5 * MINUTE;
  expect(await signedBy(sign, NEW)).toBe('K2');
});

test(
  'without the secret nothing is signed, even with an earlier key, and the next call reads it again',
  async () => {
    const secret = new Secret(OLD);
    const { sign } = secret.signer('K1');
    await sign('policy');
    secret.text = new Error('AccessDeniedException');
    secret.now = 5 * MINUTE;
    await expect(sign('policy')).rejects.toThrow(TryAgain);
    secret.text = OLD;
    expect(await signedBy(sign, OLD)).toBe('K1');
  },
);

test.each([
  ['nothing', undefined, 'K1', 'must hold a P-256 private key'],
  ['a password', 'hunter2', 'K1', 'must hold a P-256 private key'],
  ['JSON that is none', '{"keyId', 'K1', 'must hold a P-256 private key'],
  ['JSON without a key', '{"keyId":"K1"}', 'K1', 'must hold a P-256 private key'],
  ['a key that nobody names', OLD, undefined, 'must have a keyId, or SIGNING_KEY_ID must be set'],
])('a secret with %s is refused, and the log says why without showing it', async (_, text, keyId, message) => {
  const refusal = await new Secret(text).signer(keyId).sign('policy').catch((error: unknown) => error as Error);
  expect(refusal).toBeInstanceOf(TryAgain);
  expect((refusal as Error).message).toContain(message);
  expect((refusal as Error).message).not.toContain(text ?? 'undefined');
});
