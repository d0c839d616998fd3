package normsweep.device;

/** Engines that are called GPUs, and are treated as such, but compute on the CPU. */
public final class FakeEngines {
  /** The name of the card. */
  public static final String CARD = "NVIDIA Fake 1";

  private static final String DRIVER = "550.54.15";

  private FakeEngines() {}

  /** Tail and trunk on a card. */
  public static Engine gpu() {
    return new Engine(tail(), trunk(options -> {}));
  }

  /** Stock layers, and arrays that Java must not touch in place. */
  public static TailEngine tail() {
    return TailEngine.gpu(new Device("JCublasBackend", CARD, DRIVER));
  }

  /** Batches of eight, one after the other. */
  public static TrunkEngine trunk(TrunkEngine.Provider provider) {
    return new TrunkEngine(new Device("ONNX Runtime 9, CUDA", CARD, DRIVER), 1, 8, provider);
  }
}
