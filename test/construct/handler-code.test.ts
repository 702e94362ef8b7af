import { Architecture, type AssetCode } from 'aws-cdk-lib/aws-lambda';
import { fromImage, fromZip } from '../../src/private/handler-code';

test.each([['a zip file', fromZip], ['an image', fromImage]])(
  'the error of a missing bundle names the command that makes it, for %s', (_kind, from) => {
    expect(() => from(Architecture.ARM_64)('absent')).toThrow(/assets\/absent is missing; run `npm run bundle`/);
    expect(() => from(Architecture.ARM_64)('api')).not.toThrow();
  },
);

test.each([
  ['worker', Architecture.ARM_64, 'index.handler'], ['worker', Architecture.X86_64, 'index.handler'],
  ['transform', Architecture.X86_64, 'transform.handler'],
])('the %s is in the zip file for its processor', (name, architecture, expected) => {
  const { code, handler } = fromZip(architecture)(name);
  expect(handler).toBe(expected);
  expect((code as AssetCode).path).toMatch(new RegExp(`/assets/worker-${architecture.name}\\.zip$`));
});
