package normsweep.device;

import java.util.Optional;
import java.util.ServiceLoader;
import normsweep.base.NormSweepException;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * How tails are computed. There are three ways: with a fused block on the CPU, and with stock
 * Deeplearning4j layers on the CPU or on a GPU.
 *
 * @param device what ND4J computes on
 * @param onlyStock why all layers must be stock ones; empty if a fused block may replace some
 * @param memory how to get at the values of its arrays
 */
public record TailEngine(Device device, Optional<String> onlyStock, ArrayMemory memory) {
  private static final String CUDA = "JCublasBackend";
  private static final String CPU = "CpuBackend";

  /** Fused blocks on the CPU. */
  public static TailEngine cpu() {
    return new TailEngine(Device.cpu(loaded()), Optional.empty(), ArrayMemory.HOST);
  }

  /** Stock layers on a GPU, with cuDNN where ND4J has it. */
  public static TailEngine gpu(Device device) {
    return new TailEngine(
        device, Optional.of("the backend is " + device.backend()), ArrayMemory.DEVICE);
  }

  /** The same with stock layers only. */
  public TailEngine stock() {
    return new TailEngine(
        device, Optional.of(onlyStock.orElse("layers of Deeplearning4j")), memory);
  }

  /**
   * Starts ND4J with the backend that this program was built with.
   *
   * @throws NormSweepException exit code 3 if that needs a GPU and cannot compute on one, 2 if the
   *     user wants the CPU
   */
  static TailEngine start(DeviceChoice choice) {
    Optional<ServiceLoader.Provider<Nd4jBackend>> cuda = cuda();
    if (cuda.isEmpty()) {
      return cpu();
    }
    requireGpu(choice);
    Device gpu = NvidiaDriver.installed().require(GpuLibrary.ND4J, CUDA);
    try {
      cuda.get().get().canRun(); // ND4J would print a stack trace, and then another reason
      Nd4j.getBackend();
    } catch (RuntimeException | LinkageError e) {
      throw DeviceFailure.of(e, GpuLibrary.ND4J, gpu)
          .orElseGet(
              () -> {
                Throwable root = DeviceFailure.causes(e).reduce((first, next) -> next).orElse(e);
                String reason = DeviceFailure.firstLine(String.valueOf(root.getMessage()));
                return GpuLibrary.ND4J.unusable(
                    "does not start on " + gpu.name() + " (" + reason + ")",
                    "see more with --verbose",
                    e);
              });
    }
    return gpu(gpu);
  }

  private static void requireGpu(DeviceChoice choice) {
    if (choice == DeviceChoice.CPU) {
      throw NormSweepException.usage(
          "--device cpu: ND4J has only its CUDA backend in this build; use the ordinary build,"
              + " target/normsweep.jar.");
    }
  }

  /** {@link Engine#planned}. */
  static TailEngine planned(DeviceChoice choice) {
    if (!cudaOnClassPath()) {
      return new TailEngine(Device.cpu(CPU), Optional.empty(), ArrayMemory.HOST);
    }
    requireGpu(choice);
    return gpu(NvidiaDriver.installed().planned(GpuLibrary.ND4J, CUDA));
  }

  /** Whether ND4J's operations run on the threads of this machine. */
  public static boolean runsOnHostThreads() {
    return !loaded().equals(CUDA);
  }

  // The backend is a property of the process; ND4J loads it when it is first used.
  private static String loaded() {
    return Nd4j.getBackend().getClass().getSimpleName();
  }

  /** Whether ND4J will load its CUDA backend, found without loading it. */
  static boolean cudaOnClassPath() {
    return cuda().isPresent();
  }

  private static Optional<ServiceLoader.Provider<Nd4jBackend>> cuda() {
    return ServiceLoader.load(Nd4jBackend.class).stream()
        .filter(backend -> backend.type().getSimpleName().equals(CUDA))
        .findFirst();
  }
}
