import * as ts from 'typescript';
import { parse } from './sources';

export interface NamedFunction {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly node: ts.Node;
}

/** Named functions with a body: declarations, methods, and constants that hold a function. */
export function listFunctions(file: string): NamedFunction[] {
  const source = parse(file);
  const found: NamedFunction[] = [];
  const visit = (node: ts.Node): void => {
    const name = readName(node);
    if (name) {
      found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, name, node });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function readName(node: ts.Node): string | undefined {
  if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body && node.name) {
    return node.name.getText();
  }
  if (!ts.isVariableDeclaration(node) && !ts.isPropertyDeclaration(node)) return undefined;
  const { initializer } = node;
  return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    ? node.name.getText()
    : undefined;
}

const PREPOSITION =
  /(Of|By|For|From|To|In|On|At|With|Without|As|Into|Behind|Beside|Under|Over|Until|Since|After|Before|Within)$/;

export function endsInPreposition(name: string): boolean {
  return PREPOSITION.test(name);
}

/** First word of a name in camel case. */
export function takeFirstWord(name: string): string {
  return name.replace(/^[_#]+/, '').match(/^(?:[a-z0-9]+|[A-Z][a-z0-9]*)/)?.[0] ?? name;
}

/** Calls on a table, a bucket or a queue: they can change it. */
export function listStoreCalls({ node }: NamedFunction): string[] {
  const found: string[] = [];
  const visit = (child: ts.Node): void => {
    if (
      ts.isAwaitExpression(child)
      && /\b(table|objects|queue|store|bucket|images|leases)\b/.test(child.expression.getText())
    ) {
      found.push(child.expression.getText());
    }
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}
