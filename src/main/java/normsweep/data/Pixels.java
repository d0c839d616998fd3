package normsweep.data;

import java.util.function.IntFunction;

/** Images as squares of bytes: planes red, green, blue, row by row. */
public interface Pixels {
  /**
   * Images of CIFAR-10's size.
   *
   * @param images an image as it is, by its index
   * @param augmentation how it is drawn for training
   */
  static Pixels of(IntFunction<byte[]> images, Augmentation augmentation) {
    return new Pixels() {
      @Override
      public int side() {
        return CifarLayout.SIDE;
      }

      @Override
      public byte[] plain(int index) {
        return images.apply(index);
      }

      @Override
      public byte[] view(int index, int view) {
        return augmentation.draw(images.apply(index), view, index);
      }

      @Override
      public String augmentation() {
        return augmentation.key();
      }
    };
  }

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
