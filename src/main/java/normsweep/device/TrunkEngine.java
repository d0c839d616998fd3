package normsweep.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.List;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;

/**
 * How ONNX Runtime computes the frozen trunk.
 *
 * @param device what it computes on
 * @param threads how many batches it computes at the same time
 * @param batch images in each of them
 * @param provider makes a session compute there
 */
public record TrunkEngine(Device device, int threads, int batch, Provider provider) {
  // The activations of larger batches fall out of a CPU's caches.
  private static final int CPU_BATCH = 2;
  private static final int GPU_BATCH = 64;

  /** Where the build for a GPU has its CUDA provider. */
  private static final List<String> CUDA_LIBRARIES =
      List.of(
          "native/linux-x64/libonnxruntime_providers_cuda.so",
          "native/win-x64/onnxruntime_providers_cuda.dll");

  /** Makes a session compute on a device. */
  @FunctionalInterface
  public interface Provider {
    /** Adds the device to the options of a session. */
    void addTo(SessionOptions options) throws OrtException;
  }

  /** The environment of every session; it prints errors alone. */
  public static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "normsweep");
  }

  /** On the CPU. */
  public static TrunkEngine cpu(int threads) {
    return new TrunkEngine(Device.cpu(backend(OrtProvider.CPU)), threads, CPU_BATCH, options -> {});
  }

  /**
   * On the device that ONNX Runtime was built for, unless the user wants the CPU.
   *
   * @throws NormSweepException exit code 3 if it was built for a GPU and cannot compute on one
   */
  static TrunkEngine start(DeviceChoice choice) {
    if (choice == DeviceChoice.CPU
        || !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return cpu(Processors.count());
    }
    Device gpu =
        NvidiaDriver.installed().require(GpuLibrary.ONNX_RUNTIME, backend(OrtProvider.CUDA));
    try (SessionOptions options = new SessionOptions()) {
      cuda(options); // loads NVIDIA's libraries
    } catch (OrtException e) {
      throw DeviceFailure.of(e, GpuLibrary.ONNX_RUNTIME, gpu)
          .orElseGet(
              () ->
                  GpuLibrary.ONNX_RUNTIME.unusable(
                      "does not start on "
                          + gpu.name()
                          + " ("
                          + DeviceFailure.firstLine(e.getMessage())
                          + ")",
                      "update the driver",
                      e));
    }
    return new TrunkEngine(gpu, 1, GPU_BATCH, TrunkEngine::cuda);
  }

  /** {@link Engine#planned}. */
  static TrunkEngine planned(DeviceChoice choice) {
    String backend = "ONNX Runtime";
    return choice == DeviceChoice.CPU
            || CUDA_LIBRARIES.stream()
                .allMatch(file -> OrtEnvironment.class.getResource(file) == null)
        ? new TrunkEngine(Device.cpu(backend), Processors.count(), CPU_BATCH, options -> {})
        : new TrunkEngine(
            NvidiaDriver.installed().planned(GpuLibrary.ONNX_RUNTIME, backend),
            1,
            GPU_BATCH,
            TrunkEngine::cuda);
  }

  private static void cuda(SessionOptions options) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
      // As exact as the CPU: TF32 has 10 bits. As repeatable: a search picks by measured time.
      cuda.add("use_tf32", "0");
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      options.addCUDA(cuda);
    }
    options.setDeterministicCompute(true);
  }

  private static String backend(OrtProvider provider) {
    return "ONNX Runtime " + environment().getVersion() + ", " + provider;
  }
}
