package normsweep.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import normsweep.base.NormSweepException;
import org.datavec.image.data.ImageWritable;
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
      transforms.add(new RandomPaddedCrop(padding));
    }
    if (flip) {
      transforms.add(new RandomHorizontalFlip());
    }
    return new Augmentation(transforms, seed);
  }

  /** Changes nothing. */
  public static Augmentation none() {
    return new Augmentation(List.of(), 0);
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
}
