package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.base.Hashes;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written is the same whatever language and character set the machine has: a sweep is
 * killed in one language and resumed in the next, and ends as an undisturbed one does.
 */
class LocaleIT {
  private static final int TRIALS = 2;
  private static final int EPOCHS = 6;
  private static final List<String> ENGLISH = locale("en", "US", "UTF-8");
  private static final List<String> GERMAN = locale("de", "DE", "ISO-8859-15");
  private static final List<String> TURKISH = locale("tr", "TR", "ISO-8859-9");
  private static final List<String> PERSIAN = locale("fa", "IR", "UTF-8");

  @TempDir Path folder;

  private static List<String> locale(String language, String country, String encoding) {
    return List.of(
        "-Duser.language=" + language, "-Duser.country=" + country, "-Dfile.encoding=" + encoding);
  }

  @Test
  void sweepResumesInAnotherLanguage() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        data: {train: 160, validation: 40, test: 40, views: 2}
        training: {epochs: 6, batchSize: 16}
        grid: {norm: [batch-norm, filter-response-norm], clip: [1.0]}
        tracking: {histogramEvery: 7, dynamicsEvery: 7}
        """);
    Path undisturbed = folder.resolve("undisturbed");
    done(start(ENGLISH, "run", "tiny.yaml", "--out", undisturbed.toString()));
    Path disturbed = folder.resolve("disturbed");
    String[] run = {"run", "tiny.yaml", "--out", disturbed.toString()};
    List<List<String>> kills = List.of(PERSIAN, TURKISH, GERMAN);
    int epochs = 0;
    for (List<String> locale : kills) {
      JarProcess killed = start(locale, run);
      while (epochLines(killed.text()) == 0) {
        assertTrue(killed.running(), killed.text());
        Thread.sleep(1);
      }
      assertTrue(killed.killAfter(20), "ended before it was killed: " + killed.text());
      epochs += epochLines(killed.text());
    }
    epochs += epochLines(done(start(PERSIAN, run)));
    assertTrue(epochs <= TRIALS * EPOCHS + kills.size(), epochs + " epochs were computed");
    SameSweep.assertSame(new SweepFolder(undisturbed), new SweepFolder(disturbed));
    assertEquals(report(ENGLISH, undisturbed), report(PERSIAN, undisturbed));
  }

  private JarProcess start(List<String> locale, String... arguments) throws IOException {
    return JarProcess.start(folder, locale, arguments);
  }

  private static String done(JarProcess process) throws IOException, InterruptedException {
    JarProcess.Ended ended = process.await();
    assertEquals(0, ended.exitCode(), ended.output());
    return ended.output();
  }

  private static int epochLines(String output) {
    return (int) output.lines().filter(line -> line.startsWith("  epoch ")).count();
  }

  // Digests of the report's page, notebook and figures; PDF and slides hold the time of writing.
  private Map<String, String> report(List<String> locale, Path sweep)
      throws IOException, InterruptedException {
    done(start(locale, "report", sweep.toString()));
    try (Stream<Path> files = Files.walk(sweep)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(html|ipynb|svg|png)"))
          .collect(Collectors.toMap(Path::toString, LocaleIT::digest, (a, b) -> a, TreeMap::new));
    }
  }

  private static String digest(Path file) {
    try {
      return Hashes.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
