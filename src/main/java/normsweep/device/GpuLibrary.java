package normsweep.device;

import java.util.Locale;
import normsweep.base.NormSweepException;

/** The libraries that compute on a GPU, each in a build of its own, and what they need there. */
enum GpuLibrary {
  /**
   * Its CUDA backend has compiled code for these cards alone, and none that a driver could adapt.
   */
  ND4J(
      "ND4J's CUDA backend",
      11,
      37,
      89,
      "build it again with -Pcuda, which brings NVIDIA's libraries along",
      "choose a smaller training.batchSize or a later layer for model.unfreezeFrom",
      "use the ordinary build, target/normsweep.jar"),
  ONNX_RUNTIME(
      "ONNX Runtime's CUDA provider",
      12,
      60,
      Integer.MAX_VALUE,
      "install NVIDIA's libraries of CUDA 12 and cuDNN 9",
      "close other programs that use it",
      "compute on the CPU with --device cpu");

  /** The major version of CUDA that it was built with. */
  final int cuda;

  /** The first compute capability that it runs on, times ten. */
  final int oldest;

  /** The last one, times ten. */
  final int newest;

  private final String title;
  private final String libraries;
  private final String saving;
  private final String otherwise;

  GpuLibrary(
      String title,
      int cuda,
      int oldest,
      int newest,
      String libraries,
      String saving,
      String otherwise) {
    this.title = title;
    this.cuda = cuda;
    this.oldest = oldest;
    this.newest = newest;
    this.libraries = libraries;
    this.saving = saving;
    this.otherwise = otherwise;
  }

  /**
   * The library cannot compute here: exit code 3.
   *
   * @param reason what it needs and does not find
   * @param remedy what to do about it, as an imperative
   */
  NormSweepException unusable(String reason, String remedy, Throwable cause) {
    return NormSweepException.unavailable(
        String.format(Locale.ROOT, "%s %s; %s, or %s.", title, reason, remedy, otherwise), cause);
  }

  /** A file that the library loads is not there. */
  NormSweepException without(String file, Throwable cause) {
    return unusable("needs " + file + ", which cannot be loaded", libraries, cause);
  }

  /**
   * There is no memory left: exit code 1.
   *
   * @param where in the GPU of this name, or in this machine
   */
  NormSweepException outOfMemory(String where, String message, Throwable cause) {
    return NormSweepException.failed(
        String.format(
            Locale.ROOT,
            "%s is out of memory (%s: %s); %s, or %s, then run the same command again.",
            where,
            title,
            message,
            saving,
            otherwise),
        cause);
  }
}
