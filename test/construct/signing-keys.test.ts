import { makeSigning } from './combinations';
import { getEnvironment, synthesize } from './synth';
import { getDistributionConfig, synthesizeDelivery, synthesizePublic } from './synth-delivery';
import { Signing } from '../../src';

describe('generated keys', () => {
  const rotating = synthesizeDelivery(() => ({ signing: Signing.generated({ keys: [1, 2], signWith: 2 }) }));

  test('have ids that other generations do not change', () => {
    const before = synthesize();
    const after = synthesizeDelivery(() => ({ signing: Signing.generated({ keys: [2] }) }));
    for (const type of [
      'AWS::CloudFront::PublicKey', 'AWS::SecretsManager::Secret', 'Custom::ImageServiceSigningKey',
    ]) {
      expect(Object.keys(rotating.all(type)).sort()).toEqual(
        [...Object.keys(before.all(type)), ...Object.keys(after.all(type))].sort(),
      );
      for (const one of [before, after]) expect(rotating.all(type)).toMatchObject(one.all(type));
    }
    expect(Object.keys(rotating.all('AWS::CloudFront::KeyGroup'))).toEqual(
      Object.keys(before.all('AWS::CloudFront::KeyGroup')),
    );
  });

  test('are all in the key group, and one signs', () => {
    const { Items } = rotating.one('AWS::CloudFront::KeyGroup').Properties.KeyGroupConfig;
    expect(Items).toEqual([1, 2].map(key => ({ Ref: expect.stringContaining(`Generation${key}PublicKey`) })));
    const { SIGNING_KEY_ID, SIGNING_SECRET_ID } = getEnvironment(rotating, 'ApiFunction');
    expect(SIGNING_KEY_ID).toEqual({ Ref: expect.stringContaining('Generation2PublicKey') });
    expect(SIGNING_SECRET_ID).toEqual({ Ref: expect.stringContaining('Generation2Secret') });
    expect(getEnvironment(
      synthesizeDelivery(() => ({ signing: Signing.generated({ keys: [1, 2] }) })), 'ApiFunction',
    ).SIGNING_KEY_ID).toEqual({ Ref: expect.stringContaining('Generation1') });
  });

  test('are all readable by the API function, so that signWith changes no permission', () => {
    const getPolicy = (signWith: number) => synthesizeDelivery(
      () => ({ signing: Signing.generated({ keys: [1, 2], signWith }) }),
    ).one('AWS::IAM::Policy', 'ApiFunction').Properties.PolicyDocument;
    const [before, after] = [getPolicy(1), getPolicy(2)];
    const [statement, ...others] = (after.Statement as Record<string, any>[]).filter(
      ({ Action }) => JSON.stringify(Action).includes('secretsmanager'),
    );
    expect(others).toEqual([]);
    expect(statement).toEqual({
      Action: 'secretsmanager:GetSecretValue',
      Effect: 'Allow',
      Resource: [1, 2].map(key => ({ Ref: expect.stringContaining(`Generation${key}Secret`) })),
    });
    expect(after).toEqual(before);
  });

  test('are deleted with their generation, and start as an empty secret', () => {
    for (const { Properties, DeletionPolicy } of Object.values(rotating.all('AWS::SecretsManager::Secret'))) {
      expect(DeletionPolicy).toBe('Delete');
      expect(Object.keys(Properties)).toEqual(['Description']);
    }
    for (const [id, { Properties }] of Object.entries(rotating.all('Custom::ImageServiceSigningKey'))) {
      const generation = /Generation\d/.exec(id)![0];
      expect(Properties.SecretId).toEqual({ Ref: expect.stringContaining(`${generation}Secret`) });
      expect(rotating.one('AWS::CloudFront::PublicKey', generation).Properties.PublicKeyConfig.EncodedKey).toEqual({
        'Fn::GetAtt': [id, 'PublicKey'],
      });
    }
  });
});

test('fromSecret makes no key, trusts the group and grants the secret', () => {
  const result = synthesizeDelivery(stack => ({ signing: makeSigning(stack) }));
  for (const type of ['AWS::CloudFront::PublicKey', 'AWS::CloudFront::KeyGroup', 'AWS::SecretsManager::Secret']) {
    result.template.resourceCountIs(type, 0);
  }
  expect(getDistributionConfig(result).DefaultCacheBehavior.TrustedKeyGroups).toEqual(['group']);
  expect(getEnvironment(result, 'ApiFunction').SIGNING_KEY_ID).toBe('');
  const policy = JSON.stringify(result.one('AWS::IAM::Policy', 'ApiFunction').Properties);
  expect(policy).toMatch(
    /"secretsmanager:GetSecretValue","Effect":"Allow","Resource":\{[^}]*"arn:.*:secret:signing-\?{6}"/,
  );
});

test('Viewers.anyone() makes no keys and no secret', () => {
  const result = synthesizePublic();
  expect(getDistributionConfig(result).DefaultCacheBehavior).not.toHaveProperty('TrustedKeyGroups');
  for (const type of [
    'AWS::CloudFront::PublicKey', 'AWS::CloudFront::KeyGroup', 'AWS::SecretsManager::Secret',
    'Custom::ImageServiceSigningKey',
  ]) {
    result.template.resourceCountIs(type, 0);
  }
});
