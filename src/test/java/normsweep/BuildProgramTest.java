package normsweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code src/setup/Build.java} where there are no programs but those that a test makes. */
class BuildProgramTest {
  @TempDir Path programs;

  private record Ended(int exitCode, List<String> lines) {}

  @BeforeEach
  void systemPrograms() throws IOException {
    program("env", "shift; exec \"$@\"");
    program("id", "echo 0");
    program("mvn", "echo \"[INFO] mvn $*\"");
  }

  @Test
  void withoutMavenOneSentenceNamesIt() throws Exception {
    Files.delete(programs.resolve("mvn"));
    assertEquals(
        new Ended(2, List.of("The program mvn is not on the PATH: install Maven 3.8 or newer.")),
        build());
  }

  @Test
  void buildNeedsNoTestPrograms() throws Exception {
    assertEquals(new Ended(0, List.of("[INFO] mvn -B -DskipTests package")), build());
  }

  @Test
  void sumsDownloadsAndKeepsExitCode() throws Exception {
    program(
        "mvn",
        """
        echo '[INFO] Downloading from central: https://host/a/x-1.0.jar'
        echo '[INFO] Downloaded from central: https://host/a/x-1.0.jar (12 MB at 1.5 MB/s)'
        echo '[INFO] Downloading from central: https://host/a/y-1.0.pom'
        echo '[INFO] Downloaded from central: https://host/a/y-1.0.pom (1600 kB at 90 kB/s)'
        echo '[INFO] BUILD FAILURE'
        exit 3
        """);
    assertEquals(
        new Ended(3, List.of("[INFO] BUILD FAILURE", "Maven has downloaded 2 files, 14 MB")),
        build());
  }

  @Test
  void installsWhatTestsNeedFirst() throws Exception {
    program("chromium", "");
    program("npm", "");
    program(
        "apt-get",
        """
        echo "$*" >> %1$s/calls
        [ $1 = update ] || /bin/ln -s id %1$s/jupyter-nbconvert
        """
            .formatted(programs));
    List<String> lines =
        List.of(
            "Installing what the tests need: jupyter-nbconvert",
            "[INFO] mvn -B verify",
            "[INFO] mvn -B -Pspark verify");
    assertEquals(new Ended(0, lines), build("verify"));
    assertEquals(
        List.of("update", "-y install --no-install-recommends jupyter-nbconvert"),
        Files.readAllLines(programs.resolve("calls")));
    assertEquals(new Ended(0, lines.subList(1, 3)), build("verify"));
  }

  @Test
  void saysWhatToInstallByHand() throws Exception {
    Ended refused =
        new Ended(
            2,
            List.of(
                "The tests need programs that are not on the PATH: install chromium,"
                    + " jupyter-nbconvert, npm, then run the same command again."));
    assertEquals(refused, build("verify"));
    program("apt-get", "exit 100");
    program("id", "echo 1000");
    assertEquals(refused, build("verify"));
    program("sudo", "exit 1");
    assertEquals(refused, build("verify"));
  }

  @Test
  void saysWhyAptGetFailed() throws Exception {
    program("apt-get", "echo 'E: Unable to locate package chromium'; exit 100");
    Ended ended = build("verify");
    assertEquals(2, ended.exitCode());
    String last = ended.lines().get(ended.lines().size() - 1);
    assertTrue(
        last.startsWith(
            "apt-get did not install chromium, jupyter-nbconvert, npm (E: Unable to locate"
                + " package chromium; the rest is in "),
        last);
    assertEquals(2, ended.lines().size(), ended.toString());
  }

  private Ended build(String... arguments) throws IOException, InterruptedException {
    Path output = programs.resolve("output.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + programs,
                Path.of("src", "setup", "Build.java").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(Map.of("PATH", programs.toString()));
    int exitCode = builder.start().waitFor();
    return new Ended(
        exitCode, new String(Files.readAllBytes(output), StandardCharsets.UTF_8).lines().toList());
  }

  private void program(String name, String script) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    assertTrue(file.toFile().setExecutable(true));
  }
}
