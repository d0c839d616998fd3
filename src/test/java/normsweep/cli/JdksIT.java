package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The program on the JDK of the build, and on the oldest and the newest that this machine has. */
class JdksIT {
  private static final int OLDEST_SUPPORTED = 17;

  @TempDir Path folder;

  /** Weights are read, so JNA, HDF5, ND4J and ONNX Runtime all load their native libraries. */
  @ParameterizedTest
  @MethodSource("javaHomes")
  void theFirstLineIsTheProgramsOwn(Path javaHome) throws IOException, InterruptedException {
    JarProcess.Ended ended = JarProcess.runOn(javaHome, folder, "check");
    assertEquals(0, ended.exitCode(), ended.output());
    List<String> lines = ended.output().lines().toList();
    assertTrue(lines.get(0).startsWith("INFO  SweepInputs: Importing "), ended.output());
    // JavaCPP 1.5.7 takes addresses from sun.misc.Unsafe; only an option of java itself silences
    // that.
    assertEquals(
        List.of(),
        lines.stream()
            .filter(line -> line.startsWith("WARNING:"))
            .filter(line -> !line.contains("sun.misc.Unsafe") && !line.contains("UnsafeRaw"))
            .toList());
  }

  static Stream<Path> javaHomes() throws IOException {
    TreeMap<Runtime.Version, Path> found = new TreeMap<>();
    for (String folders : List.of("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines")) {
      if (Files.isDirectory(Path.of(folders))) {
        try (Stream<Path> installed = Files.list(Path.of(folders))) {
          installed
              .flatMap(jdk -> Stream.of(jdk, jdk.resolve("Contents").resolve("Home")))
              .forEach(jdk -> version(jdk).ifPresent(version -> found.put(version, jdk)));
        }
      }
    }
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("JAVA_HOME")) {
                version(Path.of(value)).ifPresent(version -> found.put(version, Path.of(value)));
              }
            });
    found.put(Runtime.version(), Path.of(System.getProperty("java.home")));
    return Stream.of(
            found.firstEntry().getValue(),
            found.get(Runtime.version()),
            found.lastEntry().getValue())
        .distinct();
  }

  /** The version that a JDK's own note states, if the program can run on it. */
  private static Optional<Runtime.Version> version(Path javaHome) {
    Path note = javaHome.resolve("release");
    if (!Files.isRegularFile(note) || !Files.isExecutable(javaHome.resolve("bin/java"))) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(note)) {
      properties.load(reader);
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.ofNullable(properties.getProperty("JAVA_VERSION"))
        .map(text -> Runtime.Version.parse(text.replace("\"", "")))
        .filter(version -> version.feature() >= OLDEST_SUPPORTED);
  }
}
