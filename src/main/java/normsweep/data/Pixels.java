package normsweep.data;

/** Images as squares of bytes: planes red, green, blue, row by row. */
public interface Pixels {
  /** Pixels along an edge of every square. */
  int side();

  /** An image as it is. */
  byte[] plain(int index);

  /**
   * An image as it is drawn for training.
   *
   * @param view number of the draw, from 0
   */
  byte[] view(int index, int view);

  /** All that {@link #view} depends on besides image and view; empty if it changes nothing. */
  String augmentation();

  /** What is done to a picture before the network sees it, as provenance states it. */
  default String preprocessing() {
    return side()
        + "x"
        + side()
        + " RGB, bilinear to 224x224 (half-pixel centres), x / 127.5 - 1, NHWC";
  }
}
