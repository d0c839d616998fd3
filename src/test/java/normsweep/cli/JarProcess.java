package normsweep.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged program in a process of its own, as a user starts it. */
final class JarProcess {
  private static final int MINUTES = 10;

  private final Process process;
  private final Path output;
  private final Instant started = Instant.now();

  /**
   * How a process ended.
   *
   * @param exitCode its exit status
   * @param output everything it printed, standard error included
   */
  record Ended(int exitCode, String output) {}

  private JarProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** The words of {@code java jvm... -jar normsweep.jar arguments...}. */
  static List<String> command(List<String> jvm, String... arguments) {
    return command(Path.of(System.getProperty("java.home")), jvm, arguments);
  }

  private static List<String> command(Path javaHome, List<String> jvm, String... arguments) {
    return command(javaHome, Path.of(System.getProperty("normsweep.jar")), jvm, arguments);
  }

  private static List<String> command(
      Path javaHome, Path jar, List<String> jvm, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(jvm);
    command.add("-jar");
    command.add(jar.toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts {@code java -jar normsweep.jar arguments...} in {@code folder}. */
  static JarProcess start(Path folder, List<String> jvm, String... arguments) throws IOException {
    return start(folder, command(jvm, arguments));
  }

  private static JarProcess start(Path folder, List<String> command) throws IOException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new JarProcess(process, output);
  }

  /** Runs to the end. */
  static Ended run(Path folder, String... arguments) throws IOException, InterruptedException {
    return start(folder, List.of(), arguments).await();
  }

  /** Runs to the end on the JDK in {@code javaHome}. */
  static Ended runOn(Path javaHome, Path folder, String... arguments)
      throws IOException, InterruptedException {
    return start(folder, command(javaHome, List.of(), arguments)).await();
  }

  /** Runs another jar of the program to the end. */
  static Ended runJar(Path jar, Path folder, String... arguments)
      throws IOException, InterruptedException {
    Path javaHome = Path.of(System.getProperty("java.home"));
    return start(folder, command(javaHome, jar, List.of(), arguments)).await();
  }

  /** Waits for its end. */
  Ended await() throws IOException, InterruptedException {
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("still running after " + MINUTES + " minutes: " + text());
    }
    return new Ended(process.exitValue(), text());
  }

  /** Kills it as {@code kill -9} does, unless it has ended within {@code millis}. */
  boolean killAfter(long millis) throws InterruptedException {
    if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      return false;
    }
    process.destroyForcibly();
    process.waitFor();
    return true;
  }

  /** Asks it to end, as Ctrl-C does, and waits for its end. */
  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  long pid() {
    return process.pid();
  }

  /** Whether it was started before {@code millis} since 1970. */
  boolean startedBefore(long millis) {
    return started.isBefore(Instant.ofEpochMilli(millis));
  }

  boolean running() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  String text() throws IOException {
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }
}
