package normsweep.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * A file's bytes in memory, which may be read a limited number of times over. A damaged or hostile
 * file can point a parser round in circles; here it runs out of budget instead.
 */
final class BudgetedChannel implements SeekableByteChannel {
  private final ByteBuffer bytes;
  private long budget;
  private long position;

  /** Serves {@code bytes}; every read costs its length, and one more. */
  BudgetedChannel(byte[] bytes, long budget) {
    this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    this.budget = budget;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int n = (int) Math.min(target.remaining(), Math.max(0, size() - position));
    budget -= n + 1L;
    if (budget < 0) {
      throw new IOException("its structure runs in circles");
    }
    if (n == 0) {
      return target.hasRemaining() ? -1 : 0;
    }
    target.put(bytes.slice((int) position, n));
    position += n;
    return n;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    if (newPosition < 0) {
      throw new IllegalArgumentException("negative position " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return bytes.capacity();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is held open; the bytes go with the last reference.
  }
}
