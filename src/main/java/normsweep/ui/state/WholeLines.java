package normsweep.ui.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a long CSV file that may be growing, without the last one if that has no end yet. A
 * line is decoded only when it is asked for.
 */
public final class WholeLines {
  private static final int LONGEST = 1 << 30;

  private final byte[] bytes;
  private final int[] ends;

  private WholeLines(byte[] bytes) {
    this.bytes = bytes;
    int lines = 0;
    for (byte one : bytes) {
      lines += one == '\n' ? 1 : 0;
    }
    ends = new int[lines];
    for (int i = 0, line = 0; line < lines; i++) {
      if (bytes[i] == '\n') {
        ends[line++] = i;
      }
    }
  }

  /** The lines of a file. */
  public static WholeLines of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return from(channel, 0);
    }
  }

  /** The lines from a position on, where a line begins. */
  static WholeLines from(FileChannel channel, long position) throws IOException {
    return new WholeLines(bytes(channel, position, channel.size()));
  }

  static byte[] bytes(FileChannel channel, long from, long to) throws IOException {
    if (to - from > LONGEST) {
      throw new IOException("more than " + LONGEST + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = channel.read(bytes, from + bytes.position());
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** How many there are. */
  public int size() {
    return ends.length;
  }

  /** Their length in bytes. */
  long length() {
    return ends.length == 0 ? 0 : ends[ends.length - 1] + 1L;
  }

  /** A line. */
  public String get(int line) {
    int start = start(line);
    return new String(bytes, start, ends[line] - start, UTF_8);
  }

  /** Whether the second field of a line is this text. */
  boolean hasSecond(int line, byte[] text) {
    int comma = start(line);
    while (comma < ends[line] && bytes[comma] != ',') {
      comma++;
    }
    int from = comma + 1;
    int to = from + text.length;
    return to < ends[line]
        && bytes[to] == ','
        && Arrays.equals(bytes, from, to, text, 0, text.length);
  }

  private int start(int line) {
    return line == 0 ? 0 : ends[line - 1] + 1;
  }
}
