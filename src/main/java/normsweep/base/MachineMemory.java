package normsweep.base;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much memory there is. */
public final class MachineMemory {
  private MachineMemory() {}

  /** Memory of this machine or container, in bytes. */
  public static long bytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }
}
