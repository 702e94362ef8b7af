/** Access of viewers to variants at the CDN. */
export class Viewers {
  /**
   * Viewers need a signed URL, which the API returns with each image, or signed cookies for all images of a user. Both
   * end after `urlTtl`. A signature is valid on one domain: `domainNames` has one entry at most.
   */
  public static signed(): Viewers {
    return new Viewers('signed');
  }

  /**
   * Everyone with the URL can view an image as long as it exists: for public images only. URLs never end. They cannot
   * be guessed, but people can pass them on.
   */
  public static anyone(): Viewers {
    return new Viewers('anyone');
  }

  /** `signed` or `anyone`. */
  public readonly kind: string;

  private constructor(kind: 'signed' | 'anyone') {
    this.kind = kind;
  }
}
