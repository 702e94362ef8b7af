/** A Huffman table as DHT holds it: the count of codes of 1–16 bits, then a symbol for each code. */
export interface TableDefinition {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/**
 * The tables of ITU-T T.81, K.3, by class and destination as in DHT. Decoders use them if a file defines no tables:
 * frames of motion JPEG leave them out (RFC 2435, appendix B).
 */
export const STANDARD_TABLES: ReadonlyMap<number, TableDefinition> = new Map([
  [0x00, decodeTable('00010501010101010100000000000000', '000102030405060708090a0b')],
  [0x01, decodeTable('00030101010101010101010000000000', '000102030405060708090a0b')],
  [0x10, decodeTable('0002010303020403050504040000017d',
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a'
    + '535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7'
    + 'c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa')],
  [0x11, decodeTable('00020102040403040705040400010277',
    '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a'
    + '535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6'
    + 'c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa')],
]);

function decodeTable(counts: string, symbols: string): TableDefinition {
  return { counts: Buffer.from(counts, 'hex'), symbols: Buffer.from(symbols, 'hex') };
}
