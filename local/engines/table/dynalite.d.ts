/** The parts of dynalite 4 that the engine drives; the package ships no types. */
declare module 'dynalite/db' {
  export interface DynaliteOptions { path?: string; createTableMs?: number; deleteTableMs?: number }
  export interface Iterator<T> { nextv(size: number): Promise<T[]>; close(): Promise<void> }
  export interface RangeOptions {
    gt?: string;
    gte?: string;
    lt?: string;
    lte?: string;
    reverse?: boolean;
    limit?: number;
    highWaterMarkBytes?: number
  }
  export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
  export interface Level {
    open(): Promise<void>;
    getSync(key: string): unknown;
    batch(operations: Operation[]): Promise<void>;
    keys(range: RangeOptions): Iterator<string>;
    values(range: RangeOptions): Iterator<unknown>;
    close(): Promise<void>;
  }
  export interface BaseStore {
    db: Level;
    options: DynaliteOptions & { maxItemSize: number };
    tableDb: { awsAccountId: string; awsRegion: string }
  }
  export type Item = Record<string, Record<string, unknown>>;
  export interface KeySchema { KeySchema: { AttributeName: string }[] }
  export interface Table extends KeySchema {
    TableName: string;
    TableStatus: string;
    GlobalSecondaryIndexes?: (KeySchema & { IndexStatus: string })[]
  }

  export function create(options: DynaliteOptions): BaseStore;
  export function createKey(item: Item, table: Table): string;
  export function validateKey(key: Item, table: Table): Error | undefined;
  export function checkConditional(data: object, item: Item | undefined): Error | null | undefined;
  export function itemSize(item: Item): number;
  export function capacityUnits(item: Item | undefined, isRead: boolean, isConsistent: boolean): number;
}

declare module 'dynalite/validations' {
  export function checkTypes<T extends object>(data: T, types: object): T;
  export function checkValidations(data: object, types: object, custom: unknown, store: unknown): void;
}
