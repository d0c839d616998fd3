package normsweep.data;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.Frame;

/** Square images as the frames that DataVec's transforms work on: interleaved 8-bit BGR. */
public final class Frames {
  static final int CHANNELS = 3;

  private Frames() {}

  /** A frame with the pixels of {@code planes}: red, green, blue, one after the other. */
  public static Frame ofPlanes(byte[] planes) {
    Frame frame = black((int) Math.sqrt((double) planes.length / CHANNELS));
    ByteBuffer pixels = bytes(frame);
    for (int i = 0; i < planes.length; i++) {
      pixels.put(interleaved(i, planes.length / CHANNELS), planes[i]);
    }
    return frame;
  }

  /** The planes of a frame that {@link #ofPlanes} made or that is like one. */
  public static byte[] planes(Frame frame) {
    ByteBuffer pixels = bytes(frame);
    byte[] planes = new byte[pixels.capacity()];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = pixels.get(interleaved(i, planes.length / CHANNELS));
    }
    return planes;
  }

  private static int interleaved(int planar, int plane) {
    int channel = CHANNELS - 1 - planar / plane;
    return planar % plane * CHANNELS + channel;
  }

  /** A black frame. On the heap, because allocating off-heap memory costs more than the work. */
  static Frame black(int side) {
    Frame frame = new Frame();
    frame.imageWidth = side;
    frame.imageHeight = side;
    frame.imageDepth = Frame.DEPTH_UBYTE;
    frame.imageChannels = CHANNELS;
    frame.imageStride = side * CHANNELS;
    frame.image = new Buffer[] {ByteBuffer.wrap(new byte[CHANNELS * side * side])};
    return frame;
  }

  static ByteBuffer bytes(Frame frame) {
    return (ByteBuffer) frame.image[0];
  }

  /** Where the bytes of a pixel begin. */
  static int at(Frame frame, int row, int column) {
    return (row * frame.imageWidth + column) * CHANNELS;
  }
}
