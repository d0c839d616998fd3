package normsweep.backbone;

import com.code_intelligence.jazzer.api.HookType;
import com.code_intelligence.jazzer.api.MethodHook;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * Takes HDF5's checksums for right: whoever makes a file on purpose computes them, a fuzzer cannot,
 * and would never come past them.
 */
public final class SkipChecksums {
  private SkipChecksums() {}

  /** Instead of the one that checks to the end of its buffer. */
  @MethodHook(
      type = HookType.REPLACE,
      targetClassName = "io.jhdf.checksum.ChecksumUtils",
      targetMethod = "validateChecksum")
  public static void toTheEnd(MethodHandle method, Object self, Object[] arguments, int hookId) {
    ByteBuffer buffer = (ByteBuffer) arguments[0];
    buffer.position(buffer.limit());
  }

  /** Instead of the one that checks from its buffer's mark to the position. */
  @MethodHook(
      type = HookType.REPLACE,
      targetClassName = "io.jhdf.checksum.ChecksumUtils",
      targetMethod = "validateChecksumFromMark")
  public static void fromMark(MethodHandle method, Object self, Object[] arguments, int hookId) {
    ByteBuffer buffer = (ByteBuffer) arguments[0];
    buffer.position(buffer.position() + Integer.BYTES);
    buffer.mark();
  }
}
