package normsweep.data;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.Frame;

/** CIFAR-10 images as the frames that DataVec's transforms work on: interleaved 8-bit BGR. */
final class Frames {
  private Frames() {}

  /** A frame with the pixels of {@code planes}: red, green, blue, one after the other. */
  static Frame ofPlanes(byte[] planes) {
    byte[] pixels = new byte[CifarLayout.IMAGE_BYTES];
    for (int channel = 0; channel < CifarLayout.CHANNELS; channel++) {
      int plane = (CifarLayout.CHANNELS - 1 - channel) * CifarLayout.PLANE_BYTES;
      for (int i = 0; i < CifarLayout.PLANE_BYTES; i++) {
        pixels[i * CifarLayout.CHANNELS + channel] = planes[plane + i];
      }
    }
    return frame(pixels, CifarLayout.SIDE, CifarLayout.SIDE, CifarLayout.CHANNELS);
  }

  /** The planes of a frame that {@link #ofPlanes} made or that is like one. */
  static byte[] planes(Frame frame) {
    ByteBuffer pixels = bytes(frame);
    byte[] planes = new byte[CifarLayout.IMAGE_BYTES];
    for (int channel = 0; channel < CifarLayout.CHANNELS; channel++) {
      int plane = (CifarLayout.CHANNELS - 1 - channel) * CifarLayout.PLANE_BYTES;
      for (int i = 0; i < CifarLayout.PLANE_BYTES; i++) {
        planes[plane + i] = pixels.get(i * CifarLayout.CHANNELS + channel);
      }
    }
    return planes;
  }

  /** A black frame of the same size, rows without gaps. */
  static Frame like(Frame frame) {
    int bytes = frame.imageHeight * frame.imageWidth * frame.imageChannels;
    return frame(new byte[bytes], frame.imageWidth, frame.imageHeight, frame.imageChannels);
  }

  /** The pixels of an 8-bit frame. */
  static ByteBuffer bytes(Frame frame) {
    return (ByteBuffer) frame.image[0];
  }

  // On the heap: off-heap memory as the frame's own constructor takes it costs more than the work.
  private static Frame frame(byte[] pixels, int width, int height, int channels) {
    Frame frame = new Frame();
    frame.imageWidth = width;
    frame.imageHeight = height;
    frame.imageDepth = Frame.DEPTH_UBYTE;
    frame.imageChannels = channels;
    frame.imageStride = width * channels;
    frame.image = new Buffer[] {ByteBuffer.wrap(pixels)};
    return frame;
  }
}
