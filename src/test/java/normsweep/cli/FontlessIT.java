package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import normsweep.data.Caches;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Every command that draws, on a machine without fonts and without what draws them. */
@EnabledOnOs(OS.LINUX)
class FontlessIT {
  private static final String SWEEP =
      """
      data: {train: 96, validation: 48, test: 48, views: 1}
      training: {epochs: 2, batchSize: 16}
      grid: {norm: [layer-norm], clip: [none], seed: [1]}
      """;
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final List<String> RUN = List.of("run", "tiny.yaml");
  private static final List<String> LANDSCAPE =
      List.of("landscape", "output/tiny", "--grid", "5", "--images", "32");
  private static final List<String> REPORT = List.of("report", "output/tiny");
  private static final List<String> EXPLORE = List.of("explore", "tiny.yaml");

  @TempDir static Path folder;

  @BeforeAll
  static void runSweepWithoutFonts() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tiny.yaml"), SWEEP);
    Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
    JarProcess.Ended run = withoutFonts(JAVA, RUN);
    assertEquals(0, run.exitCode(), run.output());
  }

  @Test
  void allPicturesAreDrawn() throws IOException, InterruptedException {
    for (List<String> command : List.of(LANDSCAPE, REPORT, EXPLORE)) {
      JarProcess.Ended ended = withoutFonts(JAVA, command);
      assertEquals(0, ended.exitCode(), ended.output());
    }
    assertTrue(Files.size(folder.resolve("output/tiny/figures/landscape-contour.png")) > 10_000);
    assertTrue(Files.size(folder.resolve("output/tiny/report.pdf")) > 10_000);
    Path samples = folder.resolve("output/explore/samples.png");
    byte[] bundled = Files.readAllBytes(samples);
    JarProcess.Ended withFonts = JarProcess.run(folder, EXPLORE.toArray(String[]::new));
    assertEquals(0, withFonts.exitCode(), withFonts.output());
    assertArrayEquals(bundled, Files.readAllBytes(samples));
  }

  @Test
  void missingLibrariesAreOneSentence() throws IOException, InterruptedException {
    Path java = javaWithoutFontLibrary();
    try {
      for (List<String> command : List.of(LANDSCAPE, REPORT, EXPLORE)) {
        JarProcess.Ended ended = withoutFonts(java, command);
        assertEquals(1, ended.exitCode(), ended.output());
        List<String> lines = ended.output().strip().lines().toList();
        assertEquals(1, lines.size(), ended.output());
        assertTrue(lines.get(0).contains("fontmanager"), lines.get(0));
        assertTrue(lines.get(0).contains("libfreetype6"), lines.get(0));
      }
      // The warning comes before hours of training, which draw nothing and are still allowed.
      JarProcess.Ended run = withoutFonts(java, RUN);
      assertEquals(0, run.exitCode(), run.output());
      assertTrue(run.output().startsWith("Training can start"), run.output());
      assertTrue(run.output().contains("libfreetype6"), run.output());
    } finally {
      // JUnit warns about every link that it finds.
      try (Stream<Path> files = Files.walk(java)) {
        files.filter(Files::isSymbolicLink).forEach(link -> link.toFile().delete());
      }
    }
  }

  private static JarProcess.Ended withoutFonts(Path java, List<String> arguments)
      throws IOException, InterruptedException {
    // Java keeps what fontconfig once told it in the home folder.
    List<String> jvm =
        List.of("-Duser.home=" + folder, "-Dnormsweep.cache=" + Caches.root().toAbsolutePath());
    List<String> command =
        new ArrayList<>(JarProcess.command(jvm, arguments.toArray(String[]::new)));
    command.set(0, java.resolve("bin/java").toString());
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("FONTCONFIG_FILE", folder.resolve("fonts.conf").toString());
    Process process = builder.start();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still running");
    return new JarProcess.Ended(process.exitValue(), Files.readString(output));
  }

  // The launcher and the virtual machine find their files beside themselves, so these are copied.
  private static Path javaWithoutFontLibrary() throws IOException {
    Path java = Files.createDirectories(folder.resolve("java"));
    List<String> copied =
        List.of("bin/java", "lib/libjli.so", "lib/jvm.cfg", "lib/server/libjvm.so");
    for (String file : copied) {
      Files.createDirectories(java.resolve(file).getParent());
      Files.copy(JAVA.resolve(file), java.resolve(file));
    }
    for (String part : List.of("conf", "lib")) {
      try (Stream<Path> files = Files.list(JAVA.resolve(part))) {
        Files.createDirectories(java.resolve(part));
        for (Path file : files.filter(Files::exists).toList()) {
          Path link = java.resolve(part).resolve(file.getFileName().toString());
          if (!Files.exists(link) && !link.endsWith("libfontmanager.so")) {
            Files.createSymbolicLink(link, file.toRealPath());
          }
        }
      }
    }
    return java;
  }
}
