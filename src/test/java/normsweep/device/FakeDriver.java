package normsweep.device;

import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;

/** A driver that answers what a test sets. */
final class FakeDriver implements NvidiaDriver.Cuda, NvidiaDriver.Management {
  boolean present = true;
  int initialised;
  int version = 12040;
  int devices = 1;
  int capability = 86;
  String release = "550.54.15";

  NvidiaDriver installed() {
    return new NvidiaDriver(() -> loaded(present), () -> loaded(release != null));
  }

  private FakeDriver loaded(boolean found) {
    if (!found) {
      throw new UnsatisfiedLinkError("cannot open shared object file");
    }
    return this;
  }

  private static int set(IntByReference target, int value) {
    target.setValue(value);
    return 0;
  }

  private static int set(byte[] target, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, target, 0, bytes.length);
    return 0;
  }

  @Override
  public int cuInit(int flags) {
    return initialised;
  }

  @Override
  public int cuDriverGetVersion(IntByReference into) {
    return set(into, version);
  }

  @Override
  public int cuDeviceGetCount(IntByReference count) {
    return set(count, devices);
  }

  @Override
  public int cuDeviceGetName(byte[] name, int length, int device) {
    return set(name, "NVIDIA Fake 1");
  }

  // 75 is the major part of the compute capability, 76 the minor part.
  @Override
  public int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
    return set(value, attribute == 75 ? capability / 10 : capability % 10);
  }

  @Override
  public int nvmlInit_v2() {
    return 0;
  }

  @Override
  public int nvmlSystemGetDriverVersion(byte[] text, int length) {
    return set(text, release);
  }
}
