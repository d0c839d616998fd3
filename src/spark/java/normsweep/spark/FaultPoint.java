package normsweep.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;

/**
 * A place in an executor's work where tests kill it. The first executor that reaches one of the
 * places named by {@code spark.normsweep.faultPoint} says so in the store and waits for its end.
 */
final class FaultPoint {
  static final String KEY = "spark.normsweep.faultPoint";
  static final String FOLDER = ".faults";
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private FaultPoint() {}

  static void reached(Store store, String point, String what) throws IOException {
    SparkEnv env = SparkEnv.get();
    if (env == null || !List.of(env.conf().get(KEY, "").split(",", -1)).contains(point)) {
      return;
    }
    String text = ProcessHandle.current().pid() + " " + what;
    if (store.createOnce(key(point), text.getBytes(StandardCharsets.UTF_8))) {
      long end = System.nanoTime() + LONGEST_NANOS;
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }

  static String key(String point) {
    return FOLDER + "/" + point;
  }
}
