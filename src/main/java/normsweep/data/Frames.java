package normsweep.data;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.Frame;

/** CIFAR-10 images as the frames that DataVec's transforms work on: interleaved 8-bit BGR. */
final class Frames {
  private Frames() {}

  /** A frame with the pixels of {@code planes}: red, green, blue, one after the other. */
  static Frame ofPlanes(byte[] planes) {
    Frame frame = black();
    ByteBuffer pixels = bytes(frame);
    for (int i = 0; i < CifarLayout.IMAGE_BYTES; i++) {
      pixels.put(interleaved(i), planes[i]);
    }
    return frame;
  }

  /** The planes of a frame that {@link #ofPlanes} made or that is like one. */
  static byte[] planes(Frame frame) {
    ByteBuffer pixels = bytes(frame);
    byte[] planes = new byte[CifarLayout.IMAGE_BYTES];
    for (int i = 0; i < CifarLayout.IMAGE_BYTES; i++) {
      planes[i] = pixels.get(interleaved(i));
    }
    return planes;
  }

  private static int interleaved(int planar) {
    int channel = CifarLayout.CHANNELS - 1 - planar / CifarLayout.PLANE_BYTES;
    return planar % CifarLayout.PLANE_BYTES * CifarLayout.CHANNELS + channel;
  }

  /** A black frame. On the heap, because allocating off-heap memory costs more than the work. */
  static Frame black() {
    Frame frame = new Frame();
    frame.imageWidth = CifarLayout.SIDE;
    frame.imageHeight = CifarLayout.SIDE;
    frame.imageDepth = Frame.DEPTH_UBYTE;
    frame.imageChannels = CifarLayout.CHANNELS;
    frame.imageStride = CifarLayout.SIDE * CifarLayout.CHANNELS;
    frame.image = new Buffer[] {ByteBuffer.wrap(new byte[CifarLayout.IMAGE_BYTES])};
    return frame;
  }

  static ByteBuffer bytes(Frame frame) {
    return (ByteBuffer) frame.image[0];
  }

  /** Where the bytes of a pixel begin. */
  static int at(int row, int column) {
    return (row * CifarLayout.SIDE + column) * CifarLayout.CHANNELS;
  }
}
