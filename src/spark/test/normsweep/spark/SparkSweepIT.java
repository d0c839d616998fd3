package normsweep.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import normsweep.cli.SameSweep;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small sweeps of the packaged program on a real master and two workers. */
class SparkSweepIT {
  private static final Path CLUSTER = Path.of("target", "spark", "sweeps").toAbsolutePath();
  private static final Path JAR = Path.of(System.getProperty("normsweep.jar")).toAbsolutePath();
  private static final String SWEEP =
      """
      data: {train: 128, validation: 64, test: 64, views: 1}
      training: {epochs: 2, batchSize: 32}
      grid: {norm: [layer-norm], clip: [none, 1.0]}
      """;

  /** What only one of the two writes. */
  private static final List<String> OWN = List.of("workers.json", ".lock");

  @TempDir static Path folder;
  private static SparkCluster cluster;
  private static SweepFolder plain;

  /** A run of the program, and the file of what it prints. */
  private record Run(Process process, Path output) {}

  /** How a run of the program ended. */
  private record Ended(int exitCode, String output) {}

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectories(CLUSTER);
    cluster = SparkCluster.start(CLUSTER, 2, 1, 2048);
    Files.writeString(folder.resolve("small.yaml"), SWEEP);
    plain = new SweepFolder(folder.resolve("plain"));
    Ended ended = await(program("plain", List.of()));
    assertEquals(0, ended.exitCode(), ended.output());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void localMasterEqualsPlainRun() throws Exception {
    requirePlain("local", program("local", List.of("--master", "local[1]")));
  }

  @Test
  void clusterEqualsPlainRun() throws Exception {
    requirePlain("cluster", program("cluster", List.of("--master", cluster.url())));
  }

  @Test
  void lostDriverIsResumed() throws Exception {
    List<String> words = List.of("--master", cluster.url());
    Run lost = program("resumed", words, "-D" + FaultPoint.KEY + "=after-commit");
    Path reached = folder.resolve("resumed").resolve(FaultPoint.key("after-commit"));
    while (lost.process().isAlive() && !Files.exists(reached)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    lost.process().destroyForcibly().waitFor();
    assertTrue(Files.exists(reached));
    requirePlain("resumed", program("resumed", words));
  }

  @Test
  void hdfsHoldsTheSameSweep() throws Exception {
    try (Hdfs hdfs = Hdfs.start(folder.resolve("blocks"))) {
      String out = hdfs.root() + "/sweeps/small";
      Ended ended = await(program("remote", List.of("--out", out, "--master", "local[1]")));
      assertEquals(0, ended.exitCode(), ended.output());
      assertTrue(ended.output().contains("Results in " + out), ended.output());
      hdfs.files()
          .copyToLocalFile(
              false,
              new org.apache.hadoop.fs.Path(out),
              new org.apache.hadoop.fs.Path(folder.resolve("remote").toString()),
              true);
    }
    SameSweep.assertSame(plain, new SweepFolder(folder.resolve("remote")));
    assertEquals(files(plain.root()), files(folder.resolve("remote")));
  }

  /** Each executor that reaches one of these points first is killed there with its worker. */
  @Test
  void killedWorkersLoseNothing() throws Exception {
    List<String> points = List.of("features", "epoch", "commit", "before-commit", "after-commit");
    int kills = Integer.getInteger("normsweep.kills", points.size());
    for (int killed = 0; killed < kills; killed += points.size()) {
      String out = "killed-" + killed;
      Run run =
          program(
              out,
              List.of("--master", cluster.url()),
              "-D" + FaultPoint.KEY + "=" + String.join(",", points),
              "-Dspark.speculation=true",
              "-Dspark.task.maxFailures=10");
      List<String> left = new ArrayList<>(points);
      while (run.process().isAlive() && !left.isEmpty()) {
        left.removeIf(point -> killAt(folder.resolve(out).resolve(FaultPoint.key(point))));
        TimeUnit.MILLISECONDS.sleep(100);
      }
      requirePlain(out, run);
      left.removeIf(point -> killAt(folder.resolve(out).resolve(FaultPoint.key(point))));
      assertEquals(List.of(), left);
    }
  }

  /** Kills the worker whose executor has written this file, and starts the worker again. */
  private static boolean killAt(Path reached) {
    try {
      if (!Files.exists(reached)) {
        return false;
      }
      long pid = Long.parseLong(Files.readString(reached).split(" ", 2)[0]);
      for (int worker = 0; worker < 2; worker++) {
        if (cluster.executors(worker).stream().anyMatch(process -> process.pid() == pid)) {
          cluster.killWorker(worker);
          cluster.restartWorker(worker);
        }
      }
      return true;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void unreachableMasterIsOneSentence() throws Exception {
    Ended ended = await(program("none", List.of("--master", "spark://127.0.0.1:1")));
    assertEquals(3, ended.exitCode(), ended.output());
    assertTrue(ended.output().startsWith("No Spark master answers at spark://127.0.0.1:1"));
    assertEquals(1, ended.output().lines().count(), ended.output());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void smallExecutorIsRefusedBefore() throws Exception {
    Ended ended =
        await(
            program(
                "small",
                List.of("--master", cluster.url()),
                "-Dspark.executor.memory=512m",
                "-Dspark.executor.memoryOverhead=384m"));
    assertEquals(2, ended.exitCode(), ended.output());
    assertTrue(ended.output().contains("but an executor (spark.executor.memory"), ended.output());
  }

  private static void requirePlain(String name, Run run) throws Exception {
    Ended ended = await(run);
    assertEquals(0, ended.exitCode(), ended.output() + cluster.executorLogs());
    SweepFolder sweep = new SweepFolder(folder.resolve(name));
    SameSweep.assertSame(plain, sweep);
    assertEquals(files(plain.root()), files(sweep.root()));
  }

  private static List<String> files(Path root) throws IOException {
    try (var tree = Files.walk(root)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(file -> !file.startsWith(FaultPoint.FOLDER) && !OWN.contains(file))
          .sorted()
          .toList();
    }
  }

  private static Run program(String out, List<String> words, String... properties)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As where all machines have the program, which is not sent then.
    command.add("-Dspark.executor.extraClassPath=" + JAR);
    command.add("-Dspark.executor.memory=1g");
    command.addAll(List.of(properties));
    command.addAll(List.of("-jar", JAR.toString(), "run", "small.yaml"));
    command.addAll(words.contains("--out") ? List.of() : List.of("--out", out));
    command.addAll(words);
    Path output = folder.resolve(out + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return new Run(builder.start(), output);
  }

  private static Ended await(Run run) throws Exception {
    int exitCode = run.process().waitFor();
    return new Ended(exitCode, new String(Files.readAllBytes(run.output()), UTF_8));
  }
}
