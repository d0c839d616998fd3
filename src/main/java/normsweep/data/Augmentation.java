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

  private Augmentation(List<ImageTransform> transforms, long seed) {
    this.transforms = List.copyOf(transforms);
    this.seed = seed;
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
    return new Augmentation(transforms, seed);
  }

  /**
   * The draw of one image for one view.
   *
   * @param image 3,072 bytes as {@link Cifar10#image} gives them; not changed
   * @param view number of the view, from 0
   * @param imageIndex the image's index in {@link Cifar10}
   * @return a new array of the same layout
   */
  public byte[] draw(byte[] image, int view, int imageIndex) {
    if (transforms.isEmpty()) {
      return image.clone();
    }
    Random random = new Random(mix(mix(seed, view), imageIndex));
    ImageWritable drawn = new ImageWritable(Frames.ofPlanes(image));
    for (ImageTransform transform : transforms) {
      drawn = transform.transform(drawn, random);
    }
    return Frames.planes(drawn.getFrame());
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
      Frame shifted = Frames.black();
      int kept = (CifarLayout.SIDE - Math.abs(right)) * CifarLayout.CHANNELS;
      for (int row = Math.max(0, -down); row < CifarLayout.SIDE - Math.max(0, down); row++) {
        int from = Frames.at(row, Math.max(0, -right));
        Frames.bytes(shifted).put(Frames.at(row + down, Math.max(0, right)), source, from, kept);
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
      Frame mirrored = Frames.black();
      for (int row = 0; row < CifarLayout.SIDE; row++) {
        for (int column = 0; column < CifarLayout.SIDE; column++) {
          int to = Frames.at(row, CifarLayout.SIDE - 1 - column);
          Frames.bytes(mirrored).put(to, source, Frames.at(row, column), CifarLayout.CHANNELS);
        }
      }
      return new ImageWritable(mirrored);
    }
  }
}
