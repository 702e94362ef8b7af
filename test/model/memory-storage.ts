import type { MemoryScanner } from './memory-imaging';
import { etagOf, type MemoryObjects } from './memory-objects';
import type { MemoryTable } from './memory-table';
import type { RawStorage } from '../audit/raw-storage';

/** The model's stores as the auditor reads them: each object with its scan result, if it has one. */
export function memoryStorage(table: MemoryTable, objects: MemoryObjects, scanner?: MemoryScanner): RawStorage {
  return {
    async *rows() {
      for (const row of table.rows.values()) yield { ...row };
    },
    async *objects() {
      for (const [key, body] of objects.bytes) {
        yield { key, size: body.length, etag: etagOf(body), scan: scanner?.resultOf(key) };
      }
    },
  };
}
