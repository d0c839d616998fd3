package normsweep.device;

import ai.onnxruntime.OrtException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;

/**
 * What a sweep is computed on. Code asks it for facts (may this be fused, may memory be read in
 * place, what is the device called) and never for the profile that the program was built with.
 */
public record Engine(TailEngine tail, TrunkEngine trunk) {
  /**
   * The engine of this process.
   *
   * @throws NormSweepException exit code 3 if the program was built for a GPU and cannot compute on
   *     one; it never computes somewhere else unasked
   */
  public static Engine start(DeviceChoice choice) {
    return new Engine(TailEngine.start(choice), TrunkEngine.start(choice));
  }

  /**
   * Before saved networks are used: starts ND4J if its backend needs a GPU.
   *
   * @throws NormSweepException as {@link #start}
   */
  public static void startNd4j() {
    if (TailEngine.cudaOnClassPath()) {
      TailEngine.start(DeviceChoice.AUTO);
    }
  }

  /**
   * The engine that {@link #start} would give, for plans: no library that computes is loaded, and a
   * GPU that the build needs may be missing.
   *
   * @throws NormSweepException exit code 2 if the user wants the CPU of a build that needs a GPU
   */
  public static Engine planned(DeviceChoice choice) {
    return new Engine(TailEngine.planned(choice), TrunkEngine.planned(choice));
  }

  /** Whether all its devices are in this machine. */
  public boolean known() {
    return tail.device().known() && trunk.device().known();
  }

  /** Both parts on the CPU. */
  public static Engine cpu() {
    return new Engine(TailEngine.cpu(), TrunkEngine.cpu(Processors.count()));
  }

  /** The same with stock Deeplearning4j layers only. */
  public Engine stock() {
    return new Engine(tail.stock(), trunk);
  }

  /** Backends, and the names and drivers of GPUs, for a sweep's provenance. */
  public Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("backend", tail.device().backend());
    facts.put("trunk", trunk.device().backend());
    if (tail.device().gpu()) {
      facts.put("device", tail.device().name());
      facts.put("driver", tail.device().driver());
    }
    if (trunk.device().gpu()) {
      facts.put("trunkDevice", trunk.device().name());
      facts.put("trunkDriver", trunk.device().driver());
    }
    return facts;
  }

  /**
   * Facts in the words of a sentence, as far as they change results. Before there was a choice,
   * {@code results.json} named the backend alone.
   */
  public static String text(Map<String, String> facts) {
    String tail = device("CpuBackend".equals(facts.get("backend")), facts.get("device"));
    String trunk = device(!facts.containsKey("trunkDevice"), facts.get("trunkDevice"));
    return tail.equals(trunk) ? tail : tail + " with the trunk on " + trunk;
  }

  private static String device(boolean cpu, String name) {
    return cpu ? "the CPU" : name == null ? "a GPU" : "the GPU (" + name + ")";
  }

  /**
   * Does some work, turning the failures of a GPU into sentences.
   *
   * @throws NormSweepException exit code 1 if the GPU is out of memory, 3 if a library is missing
   */
  public <T> T compute(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      Optional<NormSweepException> failure = failure(e);
      throw failure.isPresent() ? failure.get() : e;
    }
  }

  private Optional<NormSweepException> failure(RuntimeException e) {
    boolean ofTrunk = DeviceFailure.causes(e).anyMatch(OrtException.class::isInstance);
    Device device = ofTrunk ? trunk.device() : tail.device();
    return device.gpu()
        ? DeviceFailure.of(e, ofTrunk ? GpuLibrary.ONNX_RUNTIME : GpuLibrary.ND4J, device)
        : Optional.empty();
  }
}
