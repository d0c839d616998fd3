package normsweep.report.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * The bytes of a TensorBoard event file: messages {@code tensorflow.Event} in TFRecord frames, each
 * a length and a message (little-endian), both followed by their masked CRC-32C.
 */
final class EventStream {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int MASK = 0xa282ead8;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** What goes into an event. */
  private interface EventContent {
    void writeTo(CodedOutputStream event) throws IOException;
  }

  /** Starts a stream with the version that readers expect first. */
  EventStream(double seconds) {
    add(seconds, 0, event -> event.writeString(FILE_VERSION, "brain.Event:2"));
  }

  /**
   * Adds an event.
   *
   * @param seconds its time, in seconds since 1970
   * @param step the training step that it is about
   */
  void add(double seconds, long step, Summary summary) {
    add(seconds, step, event -> event.writeMessage(SUMMARY, summary));
  }

  private void add(double seconds, long step, EventContent content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream event = CodedOutputStream.newInstance(bytes);
    try {
      event.writeDouble(WALL_TIME, seconds);
      event.writeInt64(STEP, step);
      content.writeTo(event);
      event.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.writeBytes(frame(bytes.toByteArray()));
  }

  static byte[] frame(byte[] message) {
    ByteBuffer frame =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + message.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(message.length);
    frame.putInt(maskedCrc(frame.array(), Long.BYTES));
    return frame.put(message).putInt(maskedCrc(message, message.length)).array();
  }

  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
