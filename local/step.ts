/** Runs and reports one step of the start. The label may depend on the result. */
export type Step = <T>(label: string | ((result: T) => string), work: () => Promise<T>) => Promise<T>;
