package normsweep.base;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Sets what the native libraries read when they are loaded: matrix kernels, the oneDNN build,
 * thread counts and memory limits. It must run before any class of ND4J is loaded.
 *
 * <p>OpenBLAS 0.3.19 does not recognise CPUs newer than itself and falls back to AVX2 kernels,
 * which run at half the speed of the AVX-512 ones. The kernel is therefore chosen from the features
 * that the CPU reports, even if the environment already names another. The system property {@code
 * normsweep.blasKernel} overrides the choice.
 */
public final class NativeRuntime {
  private static final Set<String> SKYLAKEX =
      Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd");
  private static final Set<String> HASWELL = Set.of("avx2", "fma");
  private static final double NATIVE_SHARE = 0.7;

  /** OpenMP, OpenBLAS, libnd4j's own threads, OpenCV. */
  private static final List<String> THREAD_BOUNDS =
      List.of(
          "OMP_NUM_THREADS",
          "OPENBLAS_NUM_THREADS",
          "SD_MAX_THREADS",
          "SD_MASTER_THREADS",
          "OPENCV_FOR_THREADS_NUM");

  private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

  // Logs with a stack trace what its exception already says. Held here, or its level would be lost.
  private static final Logger JNA = Logger.getLogger("com.sun.jna.Native");

  private NativeRuntime() {}

  private interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);
  }

  /**
   * Configures this process; settings already given as system properties are kept.
   *
   * @return what was set, by name
   */
  public static Map<String, String> configure() {
    Map<String, String> set = new LinkedHashMap<>();
    JNA.setLevel(Level.OFF);
    // Pictures are drawn to files; an unresponsive display must not prevent that.
    property(set, "java.awt.headless", "true");
    Set<String> flags = cpuFlags();
    blasKernel(flags).ifPresent(kernel -> environment(set, "OPENBLAS_CORETYPE", kernel));
    int processors = Processors.count();
    // Upper bounds, taken up where an operation is large. Not OMP_THREAD_LIMIT: oneDNN ends the
    // process where it is given fewer threads than it has asked for.
    for (String bound : THREAD_BOUNDS) {
      environment(set, bound, Integer.toString(processors));
    }
    // The calling thread works too.
    property(set, COMMON_POOL, Integer.toString(processors - 1));
    // Threads sleep while they wait for the next operation: OpenBLAS and the fused layers have
    // threads of their own, which spinning threads would slow down.
    environment(set, "OMP_WAIT_POLICY", "passive");
    // Products in full precision on a GPU: the trunk must agree with the ComputationGraph.
    environment(set, "NVIDIA_TF32_OVERRIDE", "0");
    // Where another backend takes ND4J's place, its own build would be passed over.
    oneDnnExtension(flags)
        .filter(NativeRuntime::onClassPath)
        .ifPresent(
            extension -> property(set, "org.bytedeco.javacpp.platform.extension", extension));
    long most = (long) (MachineMemory.bytes() * NATIVE_SHARE);
    property(set, "org.bytedeco.javacpp.maxBytes", Long.toString(most));
    // Resident memory counts mapped feature caches, which the kernel may drop at any time.
    property(set, "org.bytedeco.javacpp.maxPhysicalBytes", "0");
    return set;
  }

  /** The OpenBLAS kernels for a CPU with these flags, as its environment variable names them. */
  static Optional<String> blasKernel(Set<String> flags) {
    String insisted = System.getProperty("normsweep.blasKernel", "");
    return insisted.isEmpty() ? build(flags, "SkylakeX", "Haswell") : Optional.of(insisted);
  }

  /** The suffix of ND4J's oneDNN build for a CPU with these flags. */
  static Optional<String> oneDnnExtension(Set<String> flags) {
    return build(flags, "-onednn-avx512", "-onednn-avx2");
  }

  private static boolean onClassPath(String oneDnnExtension) {
    String folder = "/org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64" + oneDnnExtension + "/";
    return NativeRuntime.class.getResource(folder + "libjnind4jcpu.so") != null;
  }

  private static Optional<String> build(Set<String> flags, String skylakex, String haswell) {
    if (flags.containsAll(SKYLAKEX)) {
      return Optional.of(skylakex);
    }
    return flags.containsAll(HASWELL) ? Optional.of(haswell) : Optional.empty();
  }

  private static Set<String> cpuFlags() {
    if (!Platform.isLinux() || !Platform.isIntel()) {
      return Set.of();
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Set.copyOf(List.of(line.split("\\s+", -1))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }

  private static void environment(Map<String, String> set, String name, String value) {
    if (Platform.isWindows()) {
      return;
    }
    CLibrary library = Native.load(Platform.C_LIBRARY_NAME, CLibrary.class);
    if (library.setenv(name, value, 1) == 0) {
      set.put(name, value);
    }
  }

  private static void property(Map<String, String> set, String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
      set.put(name, value);
    }
  }
}
