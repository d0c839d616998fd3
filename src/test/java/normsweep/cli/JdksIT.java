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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The program on the JDK of the build, and on the oldest and the newest that this machine has. */
class JdksIT {
  private static final int OLDEST_SUPPORTED = 17;

  @TempDir static Path folder;

  @BeforeAll
  static void fetchWhatCheckReads() throws IOException, InterruptedException {
    JarProcess.Ended ended = JarProcess.run(folder, "check");
    assertEquals(0, ended.exitCode(), ended.output());
  }

  /** Weights are read, so JNA, HDF5, ND4J and ONNX Runtime all load their native libraries. */
  @ParameterizedTest
  @MethodSource("javaHomes")
  void firstLineIsTheProgramsOwn(Path javaHome) throws IOException, InterruptedException {
    JarProcess.Ended ended = JarProcess.runOn(javaHome, folder, "check");
    assertEquals(0, ended.exitCode(), ended.output());
    List<String> lines = ended.output().lines().toList();
    assertTrue(lines.get(0).startsWith("INFO  SweepBackbone: Importing "), ended.output());
    assertEquals(List.of(), lines.stream().filter(line -> line.startsWith("WARNING:")).toList());
  }

  static Stream<Path> javaHomes() throws IOException {
    TreeMap<Integer, Path> found = new TreeMap<>();
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
    found.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    return Stream.of(
            found.firstEntry().getValue(),
            found.get(Runtime.version().feature()),
            found.lastEntry().getValue())
        .distinct();
  }

  /** The version that a JDK's own note states, if the program can run on it. */
  private static Optional<Integer> version(Path javaHome) {
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
        .map(text -> Runtime.Version.parse(text.replace("\"", "")).feature())
        .filter(version -> version >= OLDEST_SUPPORTED);
  }
}
