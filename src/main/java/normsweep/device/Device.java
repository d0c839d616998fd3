package normsweep.device;

/**
 * What a part of the network is computed on, for provenance.
 *
 * @param backend the library that computes: ND4J's backend, or ONNX Runtime and its provider
 * @param name the GPU; empty for the CPU
 * @param driver version of the GPU's driver; empty for the CPU
 */
public record Device(String backend, String name, String driver) {
  private static final String UNKNOWN = "a GPU";

  /** The CPU, which needs no further words. */
  public static Device cpu(String backend) {
    return new Device(backend, "", "");
  }

  /** A GPU of another machine. */
  static Device unknownGpu(String backend) {
    return new Device(backend, UNKNOWN, "");
  }

  /** Whether it is the CPU or a GPU of this machine. */
  boolean known() {
    return !name.equals(UNKNOWN);
  }

  /** Whether it is a GPU. */
  public boolean gpu() {
    return !name.isEmpty();
  }
}
