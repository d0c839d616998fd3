package normsweep.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * A file's bytes in memory, which may be read a limited number of times over. A damaged or hostile
 * file can point a parser round in circles; here it runs out of budget instead.
 */
final class BudgetedChannel extends SeekableInMemoryByteChannel {
  private long budget;

  /** Serves {@code bytes}; every read costs its length, and one more. */
  BudgetedChannel(byte[] bytes, long budget) {
    super(bytes);
    this.budget = budget;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int n = super.read(target);
    budget -= Math.max(n, 0) + 1L;
    if (budget < 0) {
      throw new IOException("its structure runs in circles");
    }
    return n;
  }
}
