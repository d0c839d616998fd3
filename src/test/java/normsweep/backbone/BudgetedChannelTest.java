package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BudgetedChannelTest {
  @Test
  void readsFromWhereItStands() throws IOException {
    try (BudgetedChannel channel = new BudgetedChannel(new byte[] {1, 2, 3, 4}, 100)) {
      ByteBuffer target = ByteBuffer.allocate(3);
      assertEquals(3, channel.position(1).read(target));
      assertArrayEquals(new byte[] {2, 3, 4}, target.array());
      assertEquals(-1, channel.read(target.clear()));
      assertEquals(-1, channel.position(77).read(target));
    }
  }

  @Test
  void stopsReaderInEndlessLoop() throws IOException {
    // Three bytes cost four each time; an empty read at the end costs one.
    try (BudgetedChannel channel = new BudgetedChannel(new byte[3], 9)) {
      channel.read(ByteBuffer.allocate(3));
      channel.position(0).read(ByteBuffer.allocate(3));
      channel.read(ByteBuffer.allocate(3));
      assertThrows(IOException.class, () -> channel.read(ByteBuffer.allocate(3)));
    }
  }
}
