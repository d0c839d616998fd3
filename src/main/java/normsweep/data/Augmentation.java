package normsweep.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import normsweep.base.NormSweepException;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.BaseImageTransform;
import org.datavec.image.transform.ImageTransform;

/**
 * Random changes of training images that keep their class: a crop out of the zero-padded image and
 * a mirroring left to right with probability one half (He et al. 2016, section 4.2), as DataVec
 * transforms. Each draw is a pure function of seed, view and image index, whatever was drawn before
 * it and on which thread.
 */
public final class Augmentation {
  private static final int LARGEST_PADDING = CifarLayout.SIDE - 1;

  private final List<ImageTransform> transforms;
  private final long seed;
  private final String key;

  private Augmentation(List<ImageTransform> transforms, long seed, String key) {
    this.transforms = List.copyOf(transforms);
    this.seed = seed;
    this.key = key;
  }

  /**
   * Crops after padding, then mirrors if {@code flip}.
   *
   * @param padding zero pixels on each side, 0 to 31; 0 crops nothing
   * @throws NormSweepException usage if {@code padding} is out of range
   */
  public static Augmentation of(int padding, boolean flip, long seed) {
    if (padding < 0 || padding > LARGEST_PADDING) {
      throw NormSweepException.usage(
          "data.padding is " + padding + ", allowed is 0 to " + LARGEST_PADDING);
    }
    List<ImageTransform> transforms = new ArrayList<>();
    if (padding > 0) {
      transforms.add(new PaddedCrop(padding));
    }
    if (flip) {
      transforms.add(new Flip());
    }
    String key = "padding " + padding + " flip " + flip + " seed " + seed;
    return new Augmentation(transforms, seed, transforms.isEmpty() ? "" : key);
  }

  /** All that a draw depends on besides image, view and index; empty if it changes nothing. */
  public String key() {
    return key;
  }

  /**
   * The draw of one image for one view.
   *
   * @param image planes of a square, for example as {@link Cifar10#image} gives them; not changed
   * @param view number of the view, from 0
   * @param imageIndex what tells the image's draws from others': its index in {@link Cifar10}
   * @return a new array of the same layout
   */
  public byte[] draw(byte[] image, int view, long imageIndex) {
    if (transforms.isEmpty()) {
      return image.clone();
    }
    Random random = random(seed, view, imageIndex);
    ImageWritable drawn = new ImageWritable(Frames.ofPlanes(image));
    for (ImageTransform transform : transforms) {
      drawn = transform.transform(drawn, random);
    }
    return Frames.planes(drawn.getFrame());
  }

  /** What an image's draw for a view is made with. */
  public static Random random(long seed, int view, long imageIndex) {
    return new Random(mix(mix(seed, view), imageIndex));
  }

  private static long mix(long a, long b) {
    return new SplittableRandom(new SplittableRandom(a).nextLong() + b).nextLong();
  }

  /**
   * Surrounds an image with zero pixels and cuts a piece of the original size out at a random
   * place, so that the content moves by up to {@code padding} pixels each way. Without randomness
   * the piece is the middle one: the image itself.
   *
   * <p>DataVec's own crop shrinks the image and pads nothing.
   */
  static final class PaddedCrop extends BaseImageTransform<Frame> {
    private final int padding;

    PaddedCrop(int padding) {
      super(null);
      this.padding = padding;
    }

    @Override
    protected ImageWritable doTransform(ImageWritable image, Random random) {
      int down = random == null ? 0 : random.nextInt(2 * padding + 1) - padding;
      int right = random == null ? 0 : random.nextInt(2 * padding + 1) - padding;
      ByteBuffer source = Frames.bytes(image.getFrame());
      int side = image.getFrame().imageWidth;
      Frame shifted = Frames.black(side);
      int kept = Math.max(0, side - Math.abs(right)) * Frames.CHANNELS;
      for (int row = Math.max(0, -down); row < side - Math.max(0, down); row++) {
        int from = Frames.at(shifted, row, Math.max(0, -right));
        int to = Frames.at(shifted, row + down, Math.max(0, right));
        Frames.bytes(shifted).put(to, source, from, kept);
      }
      return new ImageWritable(shifted);
    }
  }

  /**
   * Mirrors an image left to right with probability one half; without randomness always.
   *
   * <p>DataVec's own random flip also turns images upside down.
   */
  static final class Flip extends BaseImageTransform<Frame> {
    Flip() {
      super(null);
    }

    @Override
    protected ImageWritable doTransform(ImageWritable image, Random random) {
      if (random != null && !random.nextBoolean()) {
        return image;
      }
      ByteBuffer source = Frames.bytes(image.getFrame());
      int side = image.getFrame().imageWidth;
      Frame mirrored = Frames.black(side);
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          int to = Frames.at(mirrored, row, side - 1 - column);
          int from = Frames.at(mirrored, row, column);
          Frames.bytes(mirrored).put(to, source, from, Frames.CHANNELS);
        }
      }
      return new ImageWritable(mirrored);
    }
  }
}
