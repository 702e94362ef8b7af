import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './compiled';

/**
 * Compiler messages by snippet number. One program compiles all snippets, since most of its time goes into aws-cdk-lib.
 */
export function findTypeErrors(snippets: readonly string[]): string[][] {
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'tmp', 'snippets-'));
  try {
    const files = snippets.map((snippet, i) => {
      const file = join(folder, `snippet-${i}.ts`);
      // Makes the snippet a module even without imports, so that snippets share no names.
      writeFileSync(file, `${snippet}\nexport {};\n`);
      return file;
    });
    const program = ts.createProgram(files, {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      paths: { 'cdk-image-service': [join(ROOT, 'src', 'index.ts')] },
      types: ['node'],
    });
    return files.map(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(diagnostic => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The exports of a snippet, evaluated with this `process.env`. */
export function load<Exports>(snippet: string, env: Readonly<Record<string, string>> = {}): Exports {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = ts.transpileModule(snippet, { compilerOptions });
  const exported = {};
  new Function('exports', 'require', 'process', outputText)(exported, createRequire(join(ROOT, 'package.json')), {
    ...process,
    env,
  });
  return exported as Exports;
}
