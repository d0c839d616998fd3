package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The builds for a GPU: Maven makes them in this checkout, and what they say on a machine without
 * one. Where there is one, {@code src/bench/gpu} is the test.
 */
class GpuProfilesIT {
  private static final int MINUTES = 30;
  private static final Path LIBRARIES =
      Path.of(System.getProperty("normsweep.jar")).resolveSibling("lib");

  @TempDir Path folder;

  /** Builds a profile and returns the sizes of the libraries that the ordinary build has not. */
  private Map<String, Long> build(String profile) throws IOException, InterruptedException {
    Path log = folder.resolve(profile + ".log");
    List<String> command =
        List.of(
            "mvn",
            "-B",
            "-ntp",
            "-P" + profile,
            "-Dmaven.test.skip=true",
            "-Dspotless.check.skip=true", // this and the next three: as in the build that runs this
            "-Derrorprone.unchecked=.*",
            "-Dforbiddenapis.skip=true",
            "-Dcyclonedx.skip=true",
            "package");
    Process maven =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(maven.waitFor(MINUTES, TimeUnit.MINUTES), "still building");
    String said = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    assertEquals(0, maven.exitValue(), said);
    Set<String> ordinary = files(LIBRARIES).keySet();
    Map<String, Long> additional = files(Path.of("target", profile, "lib"));
    additional.keySet().removeAll(ordinary);
    long sum = additional.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf(Locale.ROOT, "-P%s downloads %,d bytes: %s%n", profile, sum, additional);
    return additional;
  }

  private static Map<String, Long> files(Path libraries) throws IOException {
    try (Stream<Path> files = Files.list(libraries)) {
      return files.collect(
          Collectors.toMap(
              file -> file.getFileName().toString(),
              file -> file.toFile().length(),
              Long::sum,
              TreeMap::new));
    }
  }

  private JarProcess.Ended run(String profile, String... words) throws Exception {
    return JarProcess.runJar(Path.of("target", profile, "normsweep.jar"), folder, words);
  }

  private static boolean driverInstalled() {
    try {
      return NativeLibrary.getInstance("libcuda.so.1") != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static void assertSentence(int exitCode, String sentence, JarProcess.Ended ended) {
    assertEquals(List.of(sentence), ended.output().lines().toList());
    assertEquals(exitCode, ended.exitCode());
  }

  private static String readmeSize(Map<String, Long> libraries) {
    double sum = libraries.values().stream().mapToLong(Long::longValue).sum();
    return String.format(Locale.ROOT, "%,.0f MB", sum / 1e6);
  }

  @Test
  void cudaBuildSaysWhatItNeeds() throws Exception {
    Map<String, Long> libraries = build("cuda");
    assertTrue(libraries.containsKey("nd4j-cuda-11.6-1.0.0-M2.1-linux-x86_64-cudnn.jar"));
    assertTrue(libraries.containsKey("cuda-11.6-8.3-1.5.7-linux-x86_64-redist.jar"));
    assertTrue(Files.readString(Path.of("README.md")).contains(readmeSize(libraries)));
    List<String> all = new ArrayList<>(files(Path.of("target", "cuda", "lib")).keySet());
    assertFalse(all.stream().anyMatch(name -> name.matches("nd4j-native-[0-9].*")), all.toString());
    if (driverInstalled()) {
      assertTrue(Set.of(0, 3).contains(run("cuda", "check").exitCode()));
      return;
    }
    String sentence =
        "ND4J's CUDA backend needs an NVIDIA GPU, whose driver is missing (no libcuda.so.1);"
            + " install it, or use the ordinary build, target/normsweep.jar.";
    assertSentence(3, sentence, run("cuda", "check"));
    Path out = folder.resolve("sweep");
    assertSentence(
        3,
        sentence,
        run(
            "cuda",
            "run",
            Path.of("sweeps", "quick.yaml").toAbsolutePath().toString(),
            "--out",
            out.toString()));
    assertFalse(Files.exists(out));
    assertSentence(3, sentence, run("cuda", "inspect", "model.zip"));
    assertSentence(
        2,
        "--device cpu: ND4J has only its CUDA backend in this build; use the ordinary build,"
            + " target/normsweep.jar.",
        run("cuda", "check", "--device", "cpu"));
  }

  @Test
  void trunkBuildSaysWhatItNeeds() throws Exception {
    Map<String, Long> libraries = build("trunk-gpu");
    assertEquals(List.of("onnxruntime_gpu-1.23.2.jar"), List.copyOf(libraries.keySet()));
    assertTrue(Files.readString(Path.of("README.md")).contains(readmeSize(libraries)));
    if (!driverInstalled()) {
      assertSentence(
          3,
          "ONNX Runtime's CUDA provider needs an NVIDIA GPU, whose driver is missing (no"
              + " libcuda.so.1); install it, or compute on the CPU with --device cpu.",
          run("trunk-gpu", "check"));
    }
    JarProcess.Ended onCpu = run("trunk-gpu", "check", "--device", "cpu");
    assertEquals(0, onCpu.exitCode(), onCpu.output());
    assertTrue(onCpu.output().contains("trunk parity"), onCpu.output());
    assertTrue(onCpu.output().contains("batch-norm: output"), onCpu.output());
  }
}
