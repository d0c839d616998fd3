package normsweep.sweep;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.device.Engine;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult.Status;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The environment in which a sweep ran, for its provenance. */
public final class Environment {
  /** Name of the fact that tells versions under development apart. */
  static final String BUILD = "build";

  /** Name of the fact that a sweep, or a trial of it, was begun on other devices. */
  public static final String EARLIER = "earlierDevices";

  private static final int BUILD_DIGITS = 12;
  private static final String UNKNOWN = "unpackaged";
  private static final String DEEPLEARNING4J_BUILD =
      "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

  private Environment() {}

  /** Versions, machine and what computes there, by name. */
  public static Map<String, String> describe(Engine engine) {
    String own = Environment.class.getPackage().getImplementationVersion();
    Map<String, String> facts = new TreeMap<>();
    facts.put("normsweep", Objects.requireNonNullElse(own, UNKNOWN));
    facts.put(BUILD, build());
    facts.put("deeplearning4j", deeplearning4j());
    facts.put("java", System.getProperty("java.version"));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("cpu", cpu().orElse(System.getProperty("os.arch")));
    facts.put("cores", Integer.toString(Processors.count()));
    facts.putAll(engine.facts());
    return facts;
  }

  /**
   * Results to be continued on an engine, with its facts if it is another one.
   *
   * @param mayDiffer whether the user accepts that trials come from different devices
   * @throws NormSweepException exit code 2 if the user does not
   */
  static SweepResults resumed(
      SweepFolder folder, SweepResults results, Engine engine, boolean mayDiffer) {
    String before = Engine.text(results.environment());
    String now = Engine.text(engine.facts());
    if (before.equals(now) || !results.environment().containsKey("backend")) {
      return results;
    }
    Map<String, String> facts = describe(engine);
    if (results.trials().stream().anyMatch(trial -> trial.status() != Status.PENDING)) {
      if (!mayDiffer) {
        throw NormSweepException.usage(
            folder.root()
                + " was begun on "
                + before
                + " and would resume on "
                + now
                + ", whose results differ in their last bits; accept that with --switch-device, or"
                + " choose another folder with --out.");
      }
      String earlier = results.environment().get(EARLIER);
      facts.put(EARLIER, earlier == null ? before : earlier + "; " + before);
    }
    return results.with(facts);
  }

  /** Start of the SHA-256 of the program's jar: versions under development differ in it. */
  private static String build() {
    try {
      Path jar =
          Path.of(Environment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(jar) ? Hashes.sha256(jar).substring(0, BUILD_DIGITS) : UNKNOWN;
    } catch (IOException | URISyntaxException e) {
      return UNKNOWN;
    }
  }

  // Its manifest has no version, but its build metadata does.
  private static String deeplearning4j() {
    Properties build = new Properties();
    try (InputStream in = ComputationGraph.class.getResourceAsStream(DEEPLEARNING4J_BUILD)) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      return UNKNOWN;
    }
    return build.getProperty("version", UNKNOWN);
  }

  private static Optional<String> cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
