import ts from 'typescript';

/**
 * The language of JavaScript runtime 2.0 of CloudFront Functions (Amazon CloudFront Developer Guide, "JavaScript
 * runtime 2.0 features"): ES 5.1, and of later versions `const`, `let`, arrow functions, template literals, `async` and
 * `await`. The function uses only these kinds of syntax. Check that page before you add another.
 */
const { SyntaxKind } = ts;
const SYNTAX = new Set([
  SyntaxKind.SourceFile, SyntaxKind.EndOfFileToken,
  SyntaxKind.VariableStatement, SyntaxKind.VariableDeclarationList, SyntaxKind.VariableDeclaration,
  SyntaxKind.FunctionDeclaration, SyntaxKind.ArrowFunction, SyntaxKind.EqualsGreaterThanToken, SyntaxKind.Parameter,
  SyntaxKind.Block, SyntaxKind.ExpressionStatement, SyntaxKind.ReturnStatement, SyntaxKind.IfStatement,
  SyntaxKind.CallExpression, SyntaxKind.PropertyAccessExpression, SyntaxKind.ElementAccessExpression,
  SyntaxKind.BinaryExpression,
  SyntaxKind.ConditionalExpression, SyntaxKind.PrefixUnaryExpression, SyntaxKind.ParenthesizedExpression,
  SyntaxKind.DeleteExpression, SyntaxKind.VoidExpression,
  SyntaxKind.ObjectLiteralExpression, SyntaxKind.PropertyAssignment, SyntaxKind.ArrayLiteralExpression,
  SyntaxKind.Identifier, SyntaxKind.StringLiteral, SyntaxKind.NumericLiteral, SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.NullKeyword, SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword,
  SyntaxKind.TemplateExpression, SyntaxKind.TemplateHead, SyntaxKind.TemplateSpan, SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.EqualsToken, SyntaxKind.EqualsEqualsEqualsToken, SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken, SyntaxKind.GreaterThanEqualsToken, SyntaxKind.MinusToken,
  SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionToken, SyntaxKind.ColonToken,
]);

/** Globals and methods of ES 5.1; the function needs no others. */
const GLOBALS = new Set(['Object', 'JSON', 'parseFloat', 'isNaN']);
const METHODS = new Set([
  'exec', 'call', 'hasOwnProperty', 'keys', 'create', 'stringify',
  'indexOf', 'concat', 'map', 'join', 'forEach', 'filter', 'toLowerCase', 'split', 'trim', 'slice',
]);

/** Finds syntax and names that the runtime lacks, or that have not been checked against its documentation. */
export function findUnsupported(code: string): string[] {
  const source = ts.createSourceFile('edge.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (!SYNTAX.has(node.kind)) found.add(SyntaxKind[node.kind]);
    const isDeclaration = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node);
    if (isDeclaration && node.name) declared.add(node.name.getText(source));
    if (ts.isParameter(node) && (node.initializer || node.dotDotDotToken)) {
      found.add('a parameter with a default, or a rest');
    }
    if (ts.isRegularExpressionLiteral(node) && /\/[a-z]+$|\(\?[<!=P]|\\[pPk]/.test(node.text)) {
      found.add(`the regular expression ${node.text}`);
    }
    if (
      ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
      && !METHODS.has(node.expression.name.text)
    ) {
      found.add(`the method ${node.expression.name.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const name of findGlobals(source)) {
    if (!declared.has(name) && !GLOBALS.has(name)) found.add(`the global ${name}`);
  }
  return [...found];
}

/** Identifiers that are no property names. */
function findGlobals(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    const isProperty = parent && (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent))
      && parent.name === node;
    if (ts.isIdentifier(node) && !isProperty) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
