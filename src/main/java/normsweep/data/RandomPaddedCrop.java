package normsweep.data;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.BaseImageTransform;

/**
 * A DataVec transform that surrounds an image with zero pixels and cuts a piece of the original
 * size out at a random place, so that the content moves by up to {@code padding} pixels each way.
 * Without randomness the piece is the middle one: the image itself. Keeps no state between images.
 *
 * <p>DataVec's own crop shrinks the image and pads nothing.
 */
final class RandomPaddedCrop extends BaseImageTransform<Frame> {
  private final int padding;

  RandomPaddedCrop(int padding) {
    super(null);
    this.padding = padding;
  }

  @Override
  protected ImageWritable doTransform(ImageWritable image, Random random) {
    int down = random == null ? 0 : random.nextInt(2 * padding + 1) - padding;
    int right = random == null ? 0 : random.nextInt(2 * padding + 1) - padding;
    return new ImageWritable(shifted(image.getFrame(), down, right));
  }

  /** The image's content moved; what comes in from outside is zero. */
  private static Frame shifted(Frame from, int down, int right) {
    Frame to = Frames.like(from);
    ByteBuffer source = Frames.bytes(from);
    byte[] row = new byte[from.imageStride];
    int channels = from.imageChannels;
    int kept = Math.max(0, from.imageWidth - Math.abs(right)) * channels;
    for (int y = Math.max(0, down); y < Math.min(from.imageHeight, from.imageHeight + down); y++) {
      source.get((y - down) * from.imageStride + Math.max(0, -right) * channels, row, 0, kept);
      Frames.bytes(to).put(y * to.imageStride + Math.max(0, right) * channels, row, 0, kept);
    }
    return to;
  }
}
