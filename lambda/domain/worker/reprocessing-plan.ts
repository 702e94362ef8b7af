import type { ImageFacts, ImageRecord, Remake, VariantDefinition, VariantRecord } from '../../../src/contract';
import { computeSettings } from '../variant-settings';

/** What is made at upload; the others are made when somebody asks for them. */
export function isEager({ generation }: VariantDefinition): boolean {
  return generation === 'eager';
}

const FACTS: readonly (keyof ImageFacts)[] = ['width', 'height', 'format', 'animated', 'placeholder', 'checksum_sha256'];

/** What a ready image lacks, by the service's set as it is now. */
export interface ReprocessingPlan {
  readonly wanted: readonly VariantDefinition[];
  /** Whether the original has to be decoded: for variants, or for facts that nobody has found out yet. */
  readonly needsOriginal: boolean;
  readonly isNeeded: boolean;
}

export function planReprocessing(record: ImageRecord, set: readonly VariantDefinition[], remake: Remake): ReprocessingPlan {
  const wanted = set.filter(isEager).filter(definition => {
    const variant = findVariant(record, definition);
    return variant?.size === undefined || (remake === 'changed' && variant.settings !== computeSettings(definition));
  });
  const needsOriginal = wanted.length > 0 || FACTS.some(fact => record[fact] === undefined);
  return { wanted, needsOriginal, isNeeded: needsOriginal || !hasSameVariants(record, listVariants(record, set, remake, [], planRoughly)) };
}

/** The facts among these that the record lacks. What it has stays: a remake finds out nothing new. */
export function selectMissingFacts(record: ImageRecord, facts: ImageFacts): Partial<ImageFacts> {
  return Object.fromEntries(FACTS.filter(fact => record[fact] === undefined).map(fact => [fact, facts[fact]]));
}

type Plan = (definition: VariantDefinition) => VariantRecord;

/** Enough to see that something is new. */
function planRoughly(definition: VariantDefinition): VariantRecord {
  return { name: definition.name, format: definition.formats[0], width: 0, height: 0, settings: computeSettings(definition) };
}

/** The records of a remade image, in the order of the set. Those of names that the set has no more are dropped. */
export function listVariants(
  record: ImageRecord, set: readonly VariantDefinition[], remake: Remake, made: readonly VariantRecord[], plan: Plan,
): VariantRecord[] {
  return set.flatMap(definition => {
    const variant = made.find(({ name }) => name === definition.name) ?? findVariant(record, definition);
    if (isEager(definition)) return variant ?? [];
    // One that is made on demand is not made here, but what its old definition made must go.
    const isOutdated = variant === undefined || (remake === 'changed' && variant.settings !== computeSettings(definition));
    return isOutdated ? [plan(definition)] : [variant];
  });
}

/** The name of a variant that the image has, but whose definition is another by now. */
export function findChangedVariant(record: ImageRecord, set: readonly VariantDefinition[]): string | undefined {
  return set.find(definition => (findVariant(record, definition)?.settings ?? computeSettings(definition)) !== computeSettings(definition))?.name;
}

export function hasSameVariants({ variants = [] }: ImageRecord, records: readonly VariantRecord[]): boolean {
  return variants.length === records.length && variants.every((variant, i) => (
    variant.name === records[i].name && variant.format === records[i].format
    && variant.settings === records[i].settings && variant.size === records[i].size));
}

function findVariant(record: ImageRecord, { name }: VariantDefinition): VariantRecord | undefined {
  return record.variants?.find(variant => variant.name === name);
}
