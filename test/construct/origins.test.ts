import { CfnParameter, Fn, Lazy, Token, type Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { synthesize } from './synth';
import { Delivery, ImageType, Signing, UploadRules, Variant, VariantFit, VariantFormat, Viewers } from '../../src';

const APPS = [
  'capacitor://localhost', 'ionic://localhost', 'tauri://localhost', 'https://tauri.localhost', 'http://localhost',
  'app://main', 'chrome-extension://abcdefghijklmnop',
];

const INVALID = [
  'null', '*', '', 'capacitor://', 'capacitor://localhost/', 'capacitor://localhost/path', 'Capacitor://localhost',
  'tauri://*', 'file://', 'file:///index.html', 'data:text/html',
  'ws://a.b', 'ftp://a.b', 'javascript://a.b', 'about:blank', 'https://a.b/', 'https://a.b:443', 'tauri://localhost:0',
  'tauri://localhost?x', 'tauri://user@localhost',
];

describe.each<[string, (origin: string) => unknown]>([
  ['uploads', origin => UploadRules.of({ corsOrigins: [origin] })],
  ['delivery', origin => Delivery.cloudFront({ corsOrigins: [origin] })],
])("'corsOrigins' of %s", (_name, make) => {
  test.each(APPS)('accepts %s, which an app sends', origin => {
    expect(() => make(origin)).not.toThrow();
  });

  test.each(INVALID)('rejects %p', origin => {
    expect(() => make(origin)).toThrow(
      `corsOrigins' must hold origins as browsers send them: scheme, host and port, in lower case, got: ${origin};`,
    );
  });

  test('accepts tokens, but no list of unknown length', () => {
    expect(() => make(Token.asString({ Ref: 'Origin' }))).not.toThrow();
    expect(() => make(`https://${Token.asString({ Ref: 'Host' })}`)).not.toThrow();
  });
});

test('rejects a list that is a token, because its length determines resources', () => {
  const corsOrigins = Token.asList({ Ref: 'Origins' });
  for (const make of [() => UploadRules.of({ corsOrigins }), () => Delivery.cloudFront({ corsOrigins })]) {
    expect(make).toThrow(
      /corsOrigins' must be a list whose length is known at synthesis, got: a token; give its origins one by one, with Fn\.select/,
    );
  }
});

describe('an origin that is a token reaches API, bucket and CDN', () => {
  const origin = { 'Fn::Join': ['', ['https://', { Ref: 'Host' }]] };
  const { one, all } = synthesize(stack => ({
    uploads: UploadRules.of({ corsOrigins: [`https://${new CfnParameter(stack, 'Host').valueAsString}`] }),
  }));

  test('unchanged in environment, bucket rules and headers policy', () => {
    expect(one('AWS::Lambda::Function', 'ApiFunction').Properties.Environment.Variables.CORS_ORIGINS).toEqual(origin);
    expect(one('AWS::S3::Bucket').Properties.CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual([origin]);
    expect(one(
      'AWS::CloudFront::ResponseHeadersPolicy',
    ).Properties.ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowOrigins.Items).toEqual([origin]);
  });

  test('inside a string of the edge function, with valid code around it', () => {
    const [before, parameter, after] = Object.values(all('AWS::CloudFront::Function'))
      .map(({ Properties }) => Properties.FunctionCode)
      .find(code => code['Fn::Join'])['Fn::Join'][1];
    expect(parameter).toEqual({ Ref: 'Host' });
    const [line] = `${before}a.example.com${after}`.split('\n').filter(text => text.startsWith('var CORS'));
    expect(JSON.parse(/= (.*);$/.exec(line)![1])).toEqual({ origins: ['https://a.example.com'], credentials: true });
  });

  test("quoted in API Gateway's own responses", () => {
    const [{ Properties }] = Object.values(all('AWS::ApiGateway::GatewayResponse'));
    expect(JSON.stringify(Properties.ResponseParameters['gatewayresponse.header.access-control-allow-origin'])).toBe(
      '{"Fn::Join":["",["\'https://",{"Ref":"Host"},"\'"]]}',
    );
  });
});

describe('strings that are tokens', () => {
  const makeToken = (name: string): string => Token.asString({ Ref: name });
  const importCertificate = (stack: Stack) =>
    acm.Certificate.fromCertificateArn(stack, 'Certificate', makeToken('Certificate'));

  test('pass if they become a property of a resource', () => {
    expect(() => synthesize(stack => ({
      delivery: Delivery.cloudFront({
        domainNames: [makeToken('Domain')],
        certificate: importCertificate(stack),
        cookieDomain: makeToken('Parent'),
        webAcl: makeToken('Acl'),
        corsOrigins: [makeToken('Origin')],
        signing: Signing.fromSecret(
          secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', makeToken('Secret')),
          cloudfront.KeyGroup.fromKeyGroupId(stack, 'Group', makeToken('Group')),
          { keyId: makeToken('KeyId') },
        ),
      }),
    }))).not.toThrow();
    expect(() => synthesize(stack => ({
      delivery: Delivery.cloudFront({
        viewers: Viewers.anyone(),
        domainNames: [Fn.select(0, Fn.split(',', makeToken('Domains')))],
        certificate: importCertificate(stack),
      }),
    }))).not.toThrow();
  });

  // They become part of keys, URLs and logical ids, or are enumerations.
  test.each<[string, () => unknown]>([
    ['name', () => Variant.of(makeToken('Name'), { width: 1 })],
    ['fit', () => Variant.of('card', { width: 1, fit: makeToken('Fit') as VariantFit })],
    ['formats', () => Variant.of('card', { width: 1, formats: [makeToken('Format') as VariantFormat] })],
    ['accept', () => UploadRules.of({ accept: [Lazy.string({ produce: () => 'image/png' }) as ImageType] })],
  ])("are rejected for '%s', which must be known at synthesis", (option, make) => {
    expect(make).toThrow(new RegExp(`${option}.* must be known at synthesis, got: a token; give it as a literal`));
  });
});
