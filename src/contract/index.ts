export * from './environment';
export * from './keys';
export * from './limits';
export * from './media-types';
export * from './metrics';
export * from './problems';
export * from './routes';
export * from './table';
