import { computeSettings } from '../../../lambda/domain/variant-settings';
import { decodeVariants, encodeVariants, type VariantDefinition } from '../../../src/contract';

const plain: VariantDefinition = {
  name: 'large',
  width: 640,
  height: 480,
  fit: 'cover',
  formats: ['jpeg', 'png'],
  generation: 'eager',
  animated: true,
};

test.each<[string, Partial<VariantDefinition>]>([
  ['width', { width: 641 }],
  ['height', { height: 481 }],
  ['fit', { fit: 'inside' }],
  ['first format', { formats: ['webp', 'png'] }],
  ['quality', { quality: 81 }],
  ['animated', { animated: false }],
  ['position', { position: 'attention' }],
  ['hdr', { hdr: true }],
])('the fingerprint changes with %s', (_what, change) => {
  expect(computeSettings({ ...plain, ...change })).not.toBe(computeSettings(plain));
});

test('each value has a fingerprint of its own', () => {
  const sides = [[64, 480], [480, 640]].map(([width, height]) => ({ ...plain, width, height }));
  const others = [
    { position: 'entropy' }, { position: 'attention' }, { position: 'attention', hdr: true }, { hdr: true },
    { quality: 1 }, { quality: 100 },
  ] as const;
  const all = [plain, ...sides, ...others.map(other => ({ ...plain, ...other }))];
  expect(new Set(all.map(computeSettings)).size).toBe(all.length);
});

test.each<[string, Partial<VariantDefinition>]>([
  ['the name', { name: 'other' }],
  ['the generation', { generation: 'on-demand' }],
  ['further formats', { formats: ['jpeg'] }],
  ['absent options', { quality: undefined, position: undefined, hdr: undefined }],
])('the fingerprint does not change with %s', (_what, change) => {
  expect(computeSettings({ ...plain, ...change })).toBe(computeSettings(plain));
});

test('the fingerprint survives the environment of a function', () => {
  const set: VariantDefinition[] = [
    plain, { ...plain, position: 'entropy', hdr: true, quality: 5 }, { ...plain, fit: 'inside', animated: false },
  ];
  expect(decodeVariants(encodeVariants(set)).map(computeSettings)).toEqual(set.map(computeSettings));
});
