package normsweep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A standalone Spark master and its workers on 127.0.0.1, each a process of its own on ports that
 * are free. As in a distribution of Spark, its libraries lie in {@code jars}, and the program's are
 * not among them. Logs, and the folders of executors, stay in the folder that it was given.
 */
final class SparkCluster implements AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(2);
  private static final Path BUILD = Path.of("target", "spark").toAbsolutePath();

  /** Of the program's libraries, those that Spark has, too. */
  private static final Pattern SHARED =
      Pattern.compile(
          "((jackson-(annotations|core|databind)|netty-.*|commons-.*|slf4j-api|log4j-api|lz4-java"
              + "|stream|gson|failureaccess)-[0-9]|guava-[1-9][0-9]).*\\.jar");

  private final Path folder;
  private final Path home;
  private final String worker;
  private final Process master;
  private final String url;
  private final List<Process> workers = new ArrayList<>();
  private int logs;

  private SparkCluster(Path folder, int cores, int mebibytes) throws IOException {
    this.folder = folder.toAbsolutePath();
    home = this.folder.resolve("home");
    links();
    worker = "--cores " + cores + " --memory " + mebibytes + "m";
    Path log = log("master");
    master = java(log, "org.apache.spark.deploy.master.Master", "--host 127.0.0.1 --port 0");
    url = await(master, log, "Starting Spark master at (spark://\\S+)");
  }

  /**
   * Starts a master and workers, and waits until they know each other.
   *
   * @param folder where everything is written; it may be left over from an earlier cluster
   * @param cores of each worker
   * @param mebibytes memory of each worker
   */
  static SparkCluster start(Path folder, int workers, int cores, int mebibytes) throws IOException {
    SparkCluster cluster = new SparkCluster(folder, cores, mebibytes);
    try {
      List<Path> logs = new ArrayList<>();
      for (int index = 0; index < workers; index++) {
        Path log = cluster.log("worker-" + index);
        logs.add(log);
        cluster.workers.add(cluster.startWorker(index, log));
      }
      for (int index = 0; index < workers; index++) {
        registered(cluster.workers.get(index), logs.get(index));
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The master, as {@code --master} takes it. */
  String url() {
    return url;
  }

  /** The folder that a distribution of Spark would be unpacked to. */
  Path home() {
    return home;
  }

  /** The executors of one worker, if it has any now. */
  List<ProcessHandle> executors(int index) {
    return workers.get(index).descendants().toList();
  }

  /** Kills the executors of one worker as {@code kill -9} does; the worker starts others. */
  void killExecutors(int index) {
    executors(index).forEach(SparkCluster::kill);
  }

  /** Kills one worker and its executors as {@code kill -9} does. */
  void killWorker(int index) {
    List<ProcessHandle> executors = executors(index);
    kill(workers.get(index).toHandle());
    executors.forEach(SparkCluster::kill);
  }

  /** Starts a worker again that was killed, and waits until the master knows it. */
  void restartWorker(int index) throws IOException {
    Path log = log("worker-" + index);
    workers.set(index, startWorker(index, log));
    registered(workers.get(index), log);
  }

  /**
   * Everything that the executors of all workers have written, for the message of a failed test.
   */
  String executorLogs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(file -> file.endsWith("stderr")).sorted().toList()) {
        text.append(file).append('\n').append(text(file));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    for (int index = 0; index < workers.size(); index++) {
      killWorker(index);
    }
    kill(master.toHandle());
    try (Stream<Path> files = Files.walk(folder)) {
      // What the driver sent to each executor, half a gigabyte.
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.delete(jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(MOST.toSeconds(), TimeUnit.SECONDS).join();
  }

  private Process startWorker(int index, Path log) throws IOException {
    Path work = Files.createDirectories(folder.resolve("work-" + index));
    return java(
        log,
        "org.apache.spark.deploy.worker.Worker",
        "--host 127.0.0.1 --port 0 " + worker + " --work-dir " + work + " " + url);
  }

  private static void registered(Process process, Path log) throws IOException {
    await(process, log, "Successfully registered with (master)");
  }

  /** The jars of Spark and of what it needs, and Log4j, whose messages this class waits for. */
  private void links() throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("conf"));
    link(BUILD.resolve("jars"), jars, Pattern.compile(".*\\.jar"));
    link(BUILD.resolve("lib"), jars, SHARED);
    link(BUILD.resolve("log"), jars, Pattern.compile(".*\\.jar"));
  }

  private static void link(Path from, Path to, Pattern names) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path link = to.resolve(file.getFileName());
        if (names.matcher(file.getFileName().toString()).matches() && !Files.exists(link)) {
          Files.createSymbolicLink(link, file);
        }
      }
    }
  }

  private Process java(Path log, String main, String words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", home.resolve("jars") + "/*", main, "--webui-port", "0"));
    command.addAll(List.of(words.split(" ", -1)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_CONF_DIR", home.resolve("conf").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private Path log(String name) {
    return folder.resolve(name + "." + logs++ + ".log");
  }

  /** Waits for a line in a log and returns what the pattern's first group found. */
  private static String await(Process process, Path log, String pattern) throws IOException {
    Pattern line = Pattern.compile(pattern);
    Instant end = Instant.now().plus(MOST);
    while (Instant.now().isBefore(end) && process.isAlive()) {
      Optional<String> found =
          line.matcher(text(log)).results().map(match -> match.group(1)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      pause();
    }
    process.destroyForcibly();
    throw new IllegalStateException("'" + pattern + "' is missing in " + log + ":\n" + text(log));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
