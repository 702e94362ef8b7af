import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './document';

const DOCS = join(__dirname, '..', '..', 'docs');

mkdirSync(DOCS, { recursive: true });
writeFileSync(join(DOCS, 'openapi.json'), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
