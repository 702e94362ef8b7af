import type { ImageFacts, ImageRow, Remake, VariantDefinition, VariantRecord } from '../../../src/contract';
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

export function planReprocessing(row: ImageRow, set: readonly VariantDefinition[], remake: Remake): ReprocessingPlan {
  const wanted = set.filter(isEager).filter(definition => {
    const record = findVariant(row, definition);
    return record?.size === undefined || (remake === 'changed' && record.settings !== computeSettings(definition));
  });
  const needsOriginal = wanted.length > 0 || FACTS.some(fact => row[fact] === undefined);
  return { wanted, needsOriginal, isNeeded: needsOriginal || !hasSameVariants(row, listVariants(row, set, remake, [], planRoughly)) };
}

/** The facts among these that the row lacks. What it has stays: a remake finds out nothing new. */
export function selectMissingFacts(row: ImageRow, facts: ImageFacts): Partial<ImageFacts> {
  return Object.fromEntries(FACTS.filter(fact => row[fact] === undefined).map(fact => [fact, facts[fact]]));
}

type Plan = (definition: VariantDefinition) => VariantRecord;

/** Enough to see that something is new. */
function planRoughly(definition: VariantDefinition): VariantRecord {
  return { name: definition.name, format: definition.formats[0], width: 0, height: 0, settings: computeSettings(definition) };
}

/** The records of a remade image, in the order of the set. Those of names that the set has no more are dropped. */
export function listVariants(
  row: ImageRow, set: readonly VariantDefinition[], remake: Remake, made: readonly VariantRecord[], plan: Plan,
): VariantRecord[] {
  return set.flatMap(definition => {
    const record = made.find(({ name }) => name === definition.name) ?? findVariant(row, definition);
    if (isEager(definition)) return record ?? [];
    // One that is made on demand is not made here, but what its old definition made must go.
    const isOutdated = record === undefined || (remake === 'changed' && record.settings !== computeSettings(definition));
    return isOutdated ? [plan(definition)] : [record];
  });
}

/** The name of a variant that the image has, but whose definition is another by now. */
export function findChangedVariant(row: ImageRow, set: readonly VariantDefinition[]): string | undefined {
  return set.find(definition => (findVariant(row, definition)?.settings ?? computeSettings(definition)) !== computeSettings(definition))?.name;
}

export function hasSameVariants({ variants = [] }: ImageRow, records: readonly VariantRecord[]): boolean {
  return variants.length === records.length && variants.every((variant, i) => (
    variant.name === records[i].name && variant.format === records[i].format
    && variant.settings === records[i].settings && variant.size === records[i].size));
}

function findVariant(row: ImageRow, { name }: VariantDefinition): VariantRecord | undefined {
  return row.variants?.find(variant => variant.name === name);
}
