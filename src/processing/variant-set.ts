import { Lazy } from 'aws-cdk-lib';
import type { IDelivery, IVariantSet } from './interfaces';
import type { Variant } from './variant';
import { buildDefaultVariants, encodeVariants, type VariantDefinition } from '../contract';
import { throwOptionError } from '../private/validate';

const MAX_VARIANTS = 16;

/** The closed set of variants. It may grow until synthesis. */
export class VariantSet implements IVariantSet {
  private readonly made = new Map<string, { readonly description: string; readonly definition: VariantDefinition }>();

  constructor(variants: readonly Variant[] | undefined, private readonly delivery: IDelivery) {
    if (variants) variants.forEach(variant => this.add(variant));
    else for (const definition of buildDefaultVariants(delivery)) this.keep(describe(definition), definition);
  }

  public add(variant: Variant): void {
    this.keep(variant._describe(), variant._define(this.delivery));
  }

  /** Encodes the set for environment variables, at synthesis. */
  public encode(): string {
    return Lazy.string({ produce: () => encodeVariants(this.definitions) });
  }

  public get definitions(): VariantDefinition[] {
    return [...this.made.values()].map(({ definition }) => definition);
  }

  private keep(description: string, definition: VariantDefinition): void {
    const other = this.made.get(definition.name);
    if (other) {
      throwOptionError(
        'variants', 'must have different names', `${other.description} and ${description}`, 'rename one of them',
      );
    }
    if (this.made.size === MAX_VARIANTS) {
      throwOptionError(
        'variants',
        `must be at most ${MAX_VARIANTS}`,
        `${MAX_VARIANTS + 1} with ${description}`,
        'remove a size between two others; browsers scale images',
      );
    }
    this.made.set(definition.name, { description, definition });
  }
}

function describe({ name, width, height, fit }: VariantDefinition): string {
  return `'${name}' (${width} × ${height}, ${fit})`;
}
