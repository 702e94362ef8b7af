/** Who may look at what the CDN delivers. */
export class Viewers {
  /**
   * Whoever holds a signed URL, which the API hands out with each image, or signed cookies, which it sets for all images of a user. Both end
   * after `urlTtl`. A signature is valid on one domain: `domainNames` has one entry at most.
   */
  public static signed(): Viewers {
    return new Viewers('signed');
  }

  /**
   * Whoever knows the URL, for as long as the image is there: for what is published anyway. URLs never end and can be guessed by nobody, but
   * whoever was given one can give it to others.
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
