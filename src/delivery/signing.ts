import { Token } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { KeyGenerations, OwnKey } from './signing-keys';
import {
  checkList, checkResource, checkWholeNumber, makeFromOptions, listOptionNames, throwOptionError,
} from '../private/validate';

/** Options of `Signing.generated()`. */
export interface GeneratedSigningOptions {
  /**
   * Generations of keys with valid signatures: 1 to 3 different whole numbers of at least 1. Each generation has a key
   * pair. The pair is made when its number is added and deleted when it is removed.
   * @default [1]
   */
  readonly keys?: number[];

  /**
   * The generation that signs, one of `keys`.
   * @default - the first of `keys`
   */
  readonly signWith?: number;
}

/** Options of `Signing.fromSecret()`. */
export interface OwnSigningOptions {
  /**
   * Id of the public key in CloudFront. The secret then holds only the private key, as PEM.
   * @default - the secret contains the id: it holds JSON, `{"keyId": "…", "privateKey": "-----BEGIN PRIVATE
   * KEY-----…"}`
   */
  readonly keyId?: string;
}

const GENERATED_OPTIONS = listOptionNames<GeneratedSigningOptions>({ keys: true, signWith: true });
const OWN_OPTIONS = listOptionNames<OwnSigningOptions>({ keyId: true });

/** Keys that sign URLs and cookies: ECDSA on the curve P-256, with SHA-256. */
export class Signing {
  /**
   * Signs with keys that the deployment makes. Private keys are only in Secrets Manager, never in a template.
   *
   * To rotate without breaking valid URLs, deploy three times: `{keys: [1, 2]}`; wait ten minutes until all edge
   * locations have the new key; then `{keys: [1, 2], signWith: 2}`; wait for `urlTtl` and half an hour; then `{keys:
   * [2]}`.
   *
   * An account has 10 public keys and 10 key groups in all regions together. A service uses one group, and one public
   * key for each generation.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static generated(options: GeneratedSigningOptions = {}): Signing {
    return makeFromOptions('delivery.signing', 'Signing.generated()', options, GENERATED_OPTIONS, () => {
      const { keys = [1] } = options;
      checkKeys(keys);
      const { signWith = keys[0] } = options;
      if (!keys.includes(signWith)) {
        throwOptionError(
          'signWith',
          `must be one of 'keys' (${keys.join(', ')})`,
          `${signWith}`,
          "add it to 'keys' first, in a separate deployment",
        );
      }
      return new Signing({ keys: [...keys], signWith });
    });
  }

  /**
   * Signs with your own key, which other services may share: an account has 10 public keys, and 10 key groups of 5 keys
   * each.
   * @param secret holds the private key, see `keyId`
   * @param keyGroup contains the public key
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static fromSecret(
    secret: secretsmanager.ISecret, keyGroup: cloudfront.IKeyGroup, options: OwnSigningOptions = {},
  ): Signing {
    return makeFromOptions('delivery.signing', 'Signing.fromSecret()', options, OWN_OPTIONS, () => {
      checkResource('secret', secret, {
        kind: 'secretsmanager.ISecret',
        member: 'secretArn',
        example: "secretsmanager.Secret.fromSecretNameV2(this, 'Secret', 'signing')",
      });
      checkResource('keyGroup', keyGroup, {
        kind: 'cloudfront.IKeyGroup',
        member: 'keyGroupId',
        example: "cloudfront.KeyGroup.fromKeyGroupId(this, 'KeyGroup', '…')",
      });
      const { keyId } = options;
      if (keyId !== undefined && !Token.isUnresolved(keyId) && !/^[A-Z0-9]{1,64}$/.test(keyId)) {
        throwOptionError(
          'keyId',
          'must be the id of a public key in CloudFront: capital letters and digits',
          JSON.stringify(keyId),
          'use PublicKey.publicKeyId, such as K2JCJMDEHXQW5F',
        );
      }
      return new Signing(undefined, { secret, keyGroup, keyId });
    });
  }

  /**
   * Options of `Signing.generated()`. Undefined otherwise.
   * @internal
   */
  public readonly _generations?: KeyGenerations;

  /**
   * Arguments of `Signing.fromSecret()`. Undefined otherwise.
   * @internal
   */
  public readonly _own?: OwnKey;

  private constructor(generations?: KeyGenerations, own?: OwnKey) {
    this._generations = generations;
    this._own = own;
  }
}

const MAX_KEYS = 3;

function checkKeys(keys: readonly number[]): void {
  checkList('keys', keys, '[1, 2]');
  for (const key of keys) {
    if (Token.isUnresolved(key)) {
      throwOptionError('keys', 'must be known at synthesis', 'a token', 'give literal numbers: they become part of logical ids');
    }
    checkWholeNumber('keys', key, { min: 1, fix: 'give numbers of generations, such as [1, 2]' });
  }
  const given = `[${keys.join(', ')}]`;
  if (new Set(keys).size < keys.length) {
    throwOptionError('keys', 'must name each generation once', given, 'remove the duplicate');
  }
  if (keys.length < 1 || keys.length > MAX_KEYS) {
    throwOptionError(
      'keys',
      `must be from 1 to ${MAX_KEYS} generations`,
      given,
      'remove the oldest when no valid URL is signed with it',
    );
  }
}
