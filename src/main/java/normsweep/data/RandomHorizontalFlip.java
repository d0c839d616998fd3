package normsweep.data;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.BaseImageTransform;

/**
 * A DataVec transform that mirrors an image left to right with probability one half. Without
 * randomness it always mirrors. Keeps no state between images.
 *
 * <p>DataVec's own random flip also turns images upside down.
 */
final class RandomHorizontalFlip extends BaseImageTransform<Frame> {
  RandomHorizontalFlip() {
    super(null);
  }

  @Override
  protected ImageWritable doTransform(ImageWritable image, Random random) {
    boolean flip = random == null || random.nextBoolean();
    return flip ? new ImageWritable(mirrored(image.getFrame())) : image;
  }

  private static Frame mirrored(Frame from) {
    Frame to = Frames.like(from);
    ByteBuffer source = Frames.bytes(from);
    ByteBuffer target = Frames.bytes(to);
    int channels = from.imageChannels;
    for (int y = 0; y < from.imageHeight; y++) {
      for (int x = 0; x < from.imageWidth; x++) {
        int here = y * from.imageStride + x * channels;
        int there = y * to.imageStride + (from.imageWidth - 1 - x) * channels;
        for (int channel = 0; channel < channels; channel++) {
          target.put(there + channel, source.get(here + channel));
        }
      }
    }
    return to;
  }
}
