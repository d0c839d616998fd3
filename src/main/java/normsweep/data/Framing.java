package normsweep.data;

/** Chooses the rectangle of a picture that becomes a square. */
@FunctionalInterface
public interface Framing {
  /** The largest centred square; an odd pixel is left out on the right or below. */
  Framing SQUARE = (width, height) -> centred(width, height, Math.min(width, height));

  /** The whole picture, which is stretched. */
  Framing STRETCHED = (width, height) -> new Cut(0, 0, width, height);

  /** The whole picture with black on two sides. */
  Framing PADDED = (width, height) -> centred(width, height, Math.max(width, height));

  /**
   * A rectangle in pixels. What of it lies outside the picture is black.
   *
   * @param left its left edge in the upright picture, negative if it begins outside
   */
  record Cut(int left, int top, int width, int height) {}

  /** The rectangle for an upright picture of this size. */
  Cut of(int width, int height);

  /** A centred square. */
  static Cut centred(int width, int height, int side) {
    return new Cut(Math.floorDiv(width - side, 2), Math.floorDiv(height - side, 2), side, side);
  }
}
