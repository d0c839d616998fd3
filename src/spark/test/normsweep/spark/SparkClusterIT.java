package normsweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program's class path on a real master and two workers, and on HDFS. */
class SparkClusterIT {
  private static final Path FOLDER = Path.of("target", "spark", "cluster").toAbsolutePath();
  private static final String JAR =
      Path.of(System.getProperty("normsweep.jar")).toAbsolutePath().toString();
  private static final List<String> HELLO = List.of("task 0: 90", "task 1: 90");

  private static SparkCluster cluster;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectories(FOLDER);
    cluster = SparkCluster.start(FOLDER, 2, 1, 2048);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** As {@code java -jar} starts it; executors get the program from the driver. */
  @Test
  void programBringsItsLibraries() throws Exception {
    List<String> command = java(JAR + ":" + helloJar(), "-Dspark.jars=" + helloJar());
    command.addAll(List.of("-Dspark.master=" + cluster.url(), HelloJob.class.getName(), sweep()));
    assertEquals(HELLO, run(command));
  }

  /** As {@code java -jar} starts it; executors have the program already. */
  @Test
  void executorsMayHaveTheProgram() throws Exception {
    List<String> command = java(JAR + ":" + helloJar());
    command.addAll(
        List.of(
            "-Dspark.executor.extraClassPath=" + JAR + ":" + helloJar(),
            "-Dspark.master=" + cluster.url(),
            HelloJob.class.getName(),
            sweep()));
    assertEquals(HELLO, run(command));
  }

  /** Under {@code spark-submit}, Spark's libraries come first, its Log4j among them. */
  @Test
  void sparkSubmitTakesTheProgram() throws Exception {
    List<String> command = java(cluster.home().resolve("jars") + "/*");
    command.addAll(
        List.of(
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            cluster.url(),
            "--jars",
            helloJar().toString(),
            "--class",
            HelloJob.class.getName(),
            JAR,
            sweep()));
    assertEquals(HELLO, run(command));
  }

  @Test
  void killedWorkerComesBack() throws Exception {
    cluster.killWorker(1);
    assertTrue(cluster.executors(1).isEmpty());
    cluster.restartWorker(1);
  }

  @Test
  void hdfsRenamesOnce() throws Exception {
    try (Hdfs hdfs = Hdfs.start(folder)) {
      FileSystem files = hdfs.files();
      org.apache.hadoop.fs.Path first = new org.apache.hadoop.fs.Path(hdfs.root() + "/first");
      org.apache.hadoop.fs.Path second = new org.apache.hadoop.fs.Path(hdfs.root() + "/second");
      try (OutputStream out = files.create(first)) {
        out.write(1);
      }
      files.create(second).close();
      assertFalse(files.rename(first, second));
      assertEquals(1, files.getFileStatus(first).getLen());
    }
  }

  private static List<String> java(String classPath, String... properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of(properties));
    command.addAll(List.of("-cp", classPath));
    return command;
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(errors.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_HOME", cluster.home().toString());
    int exitCode = builder.start().waitFor();
    String said = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
    assertEquals(0, exitCode, said);
    try (Stream<String> lines = Files.lines(out)) {
      return lines.filter(line -> line.startsWith("task ")).sorted().toList();
    }
  }

  private static String sweep() {
    return Path.of("sweeps", "quick.yaml").toAbsolutePath().toString();
  }

  /** The classes of the job, which are not in the program's jar. */
  private Path helloJar() throws IOException {
    Path jar = folder.resolve("hello.jar");
    if (Files.exists(jar)) {
      return jar;
    }
    Path classes = Path.of("target", "spark", "test-classes");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("HelloJob", "HelloJob$Hello")) {
        String entry = "normsweep/spark/" + name + ".class";
        out.putNextEntry(new JarEntry(entry));
        Files.copy(classes.resolve(entry), out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
