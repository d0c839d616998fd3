package normsweep.report.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.framework.Summary;
import org.tensorflow.proto.util.Event;

/** Reads event files with the messages that TensorFlow itself publishes. */
public final class EventFiles {
  private EventFiles() {}

  /** All events of a file; each must have its checksums. */
  public static List<Event> read(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] message = new byte[(int) in.getLong(in.position())];
      byte[] frame = new byte[message.length + 16];
      in.get(frame);
      System.arraycopy(frame, 12, message, 0, message.length);
      assertArrayEquals(EventStream.frame(message), frame);
      events.add(Event.parseFrom(message));
    }
    return events;
  }

  /** Step, tag and value of every scalar and histogram of a file, in its order. */
  public static List<String> values(Path file) throws IOException {
    List<String> values = new ArrayList<>();
    for (Event event : read(file)) {
      for (Summary.Value value : event.getSummary().getValueList()) {
        String content =
            value.hasHisto() ? value.getHisto().toString() : Float.toString(value.getSimpleValue());
        values.add(event.getStep() + " " + value.getTag() + " " + content);
      }
    }
    return values;
  }
}
