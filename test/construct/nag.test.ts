import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ACCESS_AND_DELIVERY } from './accesses';
import { COMBINATIONS } from './combinations';
import { testApp } from './synth';
import { ImageService, type ImageServiceProps } from '../../src';

const IMPORT_WARNINGS = ['bucket', 'bucket-delivery', 'bucket-events', 'bucket-scanner', 'table', 'table-stream'].map(
  id => `cdk-image-service:imported-${id}]`,
);

function listFindings(
  props: (stack: Stack) => ImageServiceProps, arrange: (service: ImageService) => void = () => undefined,
): string[] {
  const app = testApp();
  const stack = new Stack(app, 'Stack');
  arrange(new ImageService(stack, 'Images', props(stack)));
  Aspects.of(app).add(new AwsSolutionsChecks());
  Aspects.of(app).add(new ServerlessChecks());
  const annotations = Annotations.fromStack(stack);
  const found = [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())];
  return found.map(({ id, entry }) => `${id}: ${entry.data}`).filter(
    text => !IMPORT_WARNINGS.some(warning => text.includes(warning)),
  );
}

describe('cdk-nag', () => {
  test.each(Object.entries({ ...COMBINATIONS, ...ACCESS_AND_DELIVERY }))('has no findings with %s', (_name, props) => {
    expect(listFindings(props)).toEqual([]);
  });

  test('reports unsuppressed findings', () => {
    const withoutExcuses = listFindings(() => ({}), service => {
      for (const child of service.node.findAll()) removeExcuses(child);
    });
    expect(withoutExcuses.join('\n')).toMatch(/AwsSolutions-APIG4/);
    expect(withoutExcuses.join('\n')).toMatch(/Serverless-LambdaDLQ/);
  });

  test('every suppression has a reason', () => {
    const stack = new Stack(new App(), 'Stack');
    new ImageService(stack, 'Images');
    const metadata = Object.values(
      Template.fromStack(stack).toJSON().Resources as Record<string, { Metadata?: Record<string, any> }>,
    );
    const nag = metadata.flatMap(({ Metadata }) => Metadata?.cdk_nag?.rules_to_suppress ?? []).map(
      ({ reason }) => reason,
    );
    const checkov = metadata.flatMap(({ Metadata }) => Metadata?.checkov?.skip ?? []).map(({ comment }) => comment);
    for (const reasons of [nag, checkov]) {
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons) expect(reason.length).toBeGreaterThan(30);
    }
  });
});

function removeExcuses(child: object): void {
  const resource = child as { getMetadata?(key: string): unknown; addMetadata?(key: string, value: unknown): void };
  if (resource.getMetadata?.('cdk_nag')) resource.addMetadata!('cdk_nag', undefined);
}
