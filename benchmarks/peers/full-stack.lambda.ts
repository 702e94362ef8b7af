import { fullStack } from './full-stack';

export const handler = fullStack();
