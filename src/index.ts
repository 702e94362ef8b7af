export * from './image-service';
export * from './api/api-access';
export * from './api/compute';
export * from './api/limits';
export * from './storage/retention';
export * from './storage/upload-rules';
