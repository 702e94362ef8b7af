import {
  Annotations,
  CfnElement,
  DefaultTokenResolver,
  Reference,
  Stack,
  StringConcat,
  Tokenization,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
} from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

const WARNING = '@aws-cdk/core:crossStackReferencesDefaultStrong';

const services = new WeakSet<IConstruct>();

/**
 * aws-cdk-lib 2.260 and newer warn once per app if a stack uses a resource of another stack. Apps that set the flag
 * `@aws-cdk/core:defaultCrossStackReferences` get no warning. An app that passes a bucket or table of another stack has
 * nothing to fix: without the flag, CDK refers to them as before. The warning stays if the app has references of its
 * own, because it is about them as well.
 */
export function acknowledgeOwnReferences(service: Construct): void {
  services.add(service);
  // CDK resolves references before validation and writes annotations after it.
  service.node.addValidation({
    validate: () => {
      const stack = Stack.of(service);
      const isWarned = stack.node.metadata.some(({ data }) => `${data}`.includes(WARNING));
      if (isWarned && !hasOtherReferences(service.node.root)) Annotations.of(stack).acknowledgeWarning(WARNING);
      return [];
    },
  });
}

function hasOtherReferences(construct: IConstruct): boolean {
  if (services.has(construct)) return false;
  return hasCrossStackReference(construct) || construct.node.children.some(hasOtherReferences);
}

function hasCrossStackReference(construct: IConstruct): boolean {
  if (!CfnElement.isCfnElement(construct)) return false;
  const finder = new ReferenceFinder();
  Tokenization.resolve(construct._toCloudFormation(), { scope: construct, resolver: finder, preparing: false });
  return finder.targets.some(target => Stack.of(target) !== Stack.of(construct));
}

/** Resolves tokens as usual, and collects each resource that a value refers to. */
class ReferenceFinder extends DefaultTokenResolver {
  public readonly targets: IConstruct[] = [];

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token)) this.targets.push(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}
