/**
 * A facet makes one tag, one content type or one share a key lookup in `by_user`. For a tag, `image_id` is
 * `<id>#tag:holiday` and `user_id` is `<owner>#tag:holiday`. For a share, `image_id` is `<id>#to:user:bob` and
 * `user_id` is `<owner of bob>#shared`.
 */
export interface FacetRecord {
  readonly image_id: string;
  readonly user_id: string;
  readonly created_at: string;
}
