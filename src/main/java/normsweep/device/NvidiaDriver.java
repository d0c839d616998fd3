package normsweep.device;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import normsweep.base.NormSweepException;

/**
 * Asks NVIDIA's driver for the first GPU, before a library that computes on it is unpacked and
 * loaded: those of ND4J are 4 GB, and say that no backend is on the class path whatever is wrong.
 *
 * @param cuda loads the driver's library
 * @param management loads the library that knows the driver's version
 */
record NvidiaDriver(Supplier<Cuda> cuda, Supplier<Management> management) {
  private static final String FILE = Platform.isWindows() ? "nvcuda.dll" : "libcuda.so.1";
  private static final String MANAGEMENT = Platform.isWindows() ? "nvml" : "libnvidia-ml.so.1";
  private static final int NO_DEVICE = 100;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int TEXT = 96;

  /** The driver of this machine. */
  static NvidiaDriver installed() {
    return new NvidiaDriver(
        () -> Native.load(FILE, Cuda.class), () -> Native.load(MANAGEMENT, Management.class));
  }

  /** Functions of the CUDA driver API; each returns 0 or an error. */
  interface Cuda extends Library {
    int cuInit(int flags);

    int cuDriverGetVersion(IntByReference version);

    int cuDeviceGetCount(IntByReference count);

    int cuDeviceGetName(byte[] name, int length, int device);

    int cuDeviceGetAttribute(IntByReference value, int attribute, int device);
  }

  /** Functions of the management library that comes with the driver. */
  interface Management extends Library {
    int nvmlInit_v2();

    int nvmlSystemGetDriverVersion(byte[] version, int length);
  }

  /**
   * The first GPU.
   *
   * @param backend what computes on it, for {@link Device#backend}
   * @throws NormSweepException exit code 3 if {@code library} cannot compute on it; the message
   *     says what is missing or too old
   */
  Device require(GpuLibrary library, String backend) {
    Cuda driver;
    try {
      driver = cuda.get();
    } catch (UnsatisfiedLinkError e) {
      throw library.unusable(
          "needs an NVIDIA GPU, whose driver is missing (no " + FILE + ")", "install it", e);
    }
    int error = driver.cuInit(0);
    if (error == NO_DEVICE || (error == 0 && value(driver::cuDeviceGetCount) == 0)) {
      throw library.unusable(
          "needs an NVIDIA GPU, but the driver finds none",
          "see what nvidia-smi and CUDA_VISIBLE_DEVICES say",
          null);
    }
    if (error != 0) {
      throw library.unusable(
          "needs an NVIDIA GPU, whose driver does not start (CUDA error " + error + ")",
          "see what nvidia-smi says",
          null);
    }
    int version = value(driver::cuDriverGetVersion);
    if (version / 1000 < library.cuda) {
      throw library.unusable(
          "needs a driver for CUDA " + library.cuda + ", but this one is for " + text(version),
          "install a newer driver",
          null);
    }
    byte[] name = new byte[TEXT];
    driver.cuDeviceGetName(name, name.length, 0);
    Device device = new Device(backend, text(name), release().orElse("CUDA " + text(version)));
    int capability =
        10 * value(at -> driver.cuDeviceGetAttribute(at, CAPABILITY_MAJOR, 0))
            + value(at -> driver.cuDeviceGetAttribute(at, CAPABILITY_MINOR, 0));
    if (capability < library.oldest || capability > library.newest) {
      throw library.unusable(
          String.format(
              Locale.ROOT,
              "has no code for %s, which has compute capability %.1f (it needs %.1f%s)",
              device.name(),
              capability / 10.0,
              library.oldest / 10.0,
              library.newest == Integer.MAX_VALUE
                  ? " or more"
                  : String.format(Locale.ROOT, " to %.1f", library.newest / 10.0)),
          "use another card",
          null);
    }
    return device;
  }

  /** The first GPU if {@code library} can compute on it, and otherwise one without a name. */
  Device planned(GpuLibrary library, String backend) {
    try {
      return require(library, backend);
    } catch (NormSweepException e) {
      return Device.unknownGpu(backend);
    }
  }

  private static int value(ToIntFunction<IntByReference> query) {
    IntByReference value = new IntByReference();
    return query.applyAsInt(value) == 0 ? value.getValue() : 0;
  }

  // 12040 is 12.4.
  private static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private static String text(byte[] zeroTerminated) {
    return Native.toString(zeroTerminated, StandardCharsets.UTF_8.name());
  }

  // A container may have the driver without its management library.
  private Optional<String> release() {
    try {
      Management library = management.get();
      byte[] version = new byte[TEXT];
      return library.nvmlInit_v2() == 0
              && library.nvmlSystemGetDriverVersion(version, version.length) == 0
          ? Optional.of(text(version))
          : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }
}
