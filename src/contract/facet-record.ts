/**
 * A facet makes one tag or one content type a key lookup in `by_user`: `image_id` is `<id>#tag:holiday`, `user_id` is
 * `<user>#tag:holiday`.
 */
export interface FacetRecord {
  readonly image_id: string;
  readonly user_id: string;
  readonly created_at: string;
}
