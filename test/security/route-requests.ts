import type { Operation } from '../../src/contract';
import type { CallOptions } from '../acceptance/support/client';

/** A request of each route, on an image where the route names one. */
export const REQUESTS: Record<Operation, (id: string) => [string, string, CallOptions?]> = {
  createImage: () => ['POST', '/images', { json: { content_type: 'image/png', size: 5 } }],
  listImages: () => ['GET', '/images'],
  batchDeleteImages: id => ['POST', '/images/batch-delete', { json: { image_ids: [id] } }],
  batchGetImages: id => ['POST', '/images/batch-get', { json: { image_ids: [id] } }],
  getImage: id => ['GET', `/images/${id}`],
  updateImage: id => ['PATCH', `/images/${id}`, { json: { filename: 'stolen.jpg' } }],
  deleteImage: id => ['DELETE', `/images/${id}`],
  confirmImage: id => ['POST', `/images/${id}/confirm`],
  downloadImage: id => ['GET', `/images/${id}/download`],
  createCdnSession: () => ['POST', '/cdn-session'],
  getUsage: () => ['GET', '/usage'],
  getHealth: () => ['GET', '/health'],
};
