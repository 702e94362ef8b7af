import type { ImageFacts, ImageRecord, VariantsToMake, VariantDefinition, VariantRecord } from '../../../src/contract';
import { computeSettings } from '../variant-settings';

/** Made at upload; all others are made on demand. */
export function isEager({ generation }: VariantDefinition): boolean {
  return generation === 'eager';
}

const FACTS: readonly (keyof ImageFacts)[] = [
  'width', 'height', 'format', 'animated', 'placeholder', 'checksum_sha256',
];

/** The variants and facts that a ready image lacks, by the present set. */
export interface ReprocessingPlan {
  readonly wanted: readonly VariantDefinition[];
  /** Whether the original has to be decoded: for variants, or for facts that are still unknown. */
  readonly needsOriginal: boolean;
  readonly isNeeded: boolean;
}

export function planReprocessing(
  record: ImageRecord, set: readonly VariantDefinition[], which: VariantsToMake,
): ReprocessingPlan {
  const wanted = set.filter(isEager).filter(definition => {
    const variant = findVariant(record, definition);
    return variant?.size === undefined || (which === 'changed' && variant.settings !== computeSettings(definition));
  });
  const needsOriginal = wanted.length > 0 || FACTS.some(fact => record[fact] === undefined);
  return {
    wanted,
    needsOriginal,
    isNeeded: needsOriginal || !hasSameVariants(record, listVariants(record, set, which, [], planRoughly)),
  };
}

/** The facts that the record lacks. Known facts stay: reprocessing cannot change them. */
export function selectMissingFacts(record: ImageRecord, facts: ImageFacts): Partial<ImageFacts> {
  return Object.fromEntries(FACTS.filter(fact => record[fact] === undefined).map(fact => [fact, facts[fact]]));
}

type Plan = (definition: VariantDefinition) => VariantRecord;

/** Only tells that a variant is new; its size does not matter. */
function planRoughly(definition: VariantDefinition): VariantRecord {
  return {
    name: definition.name,
    format: definition.formats[0],
    width: 0,
    height: 0,
    settings: computeSettings(definition),
  };
}

/** The variants of a reprocessed image, in the order of the set. Names that the set no longer has are dropped. */
export function listVariants(
  record: ImageRecord,
  set: readonly VariantDefinition[],
  which: VariantsToMake,
  made: readonly VariantRecord[],
  plan: Plan,
): VariantRecord[] {
  return set.flatMap(definition => {
    const variant = made.find(({ name }) => name === definition.name) ?? findVariant(record, definition);
    if (isEager(definition)) return variant ?? [];
    // An on-demand variant is not made here, but the one by its old definition must go.
    const isOutdated = variant === undefined
      || (which === 'changed' && variant.settings !== computeSettings(definition));
    return isOutdated ? [plan(definition)] : [variant];
  });
}

/** The name of a stored variant with a changed definition. */
export function findChangedVariant(record: ImageRecord, set: readonly VariantDefinition[]): string | undefined {
  return set.find(definition => (findVariant(record, definition)?.settings
    ?? computeSettings(definition)) !== computeSettings(definition))?.name;
}

export function hasSameVariants({ variants = [] }: ImageRecord, records: readonly VariantRecord[]): boolean {
  return variants.length === records.length && variants.every((variant, i) => (
    variant.name === records[i].name && variant.format === records[i].format
    && variant.settings === records[i].settings && variant.size === records[i].size));
}

function findVariant(record: ImageRecord, { name }: VariantDefinition): VariantRecord | undefined {
  return record.variants?.find(variant => variant.name === name);
}
