package normsweep.report;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.record.Norm;
import normsweep.record.Trial;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that the report says, as a reader meets it: the golden file has each line of the texts,
 * captions and headers of several sweeps once, without the cells of tables of numbers.
 */
class ReportTextTest {
  private static final int SENTENCE = 25;

  @TempDir static Path root;

  private static List<List<String>> reports;

  @BeforeAll
  static void writesReports() throws IOException {
    System.setProperty("java.awt.headless", "true");
    reports =
        List.of(
            lines("one seed", MadeUpSweep.quick().gradientScale(t -> 3).predictions()),
            lines(
                "clear",
                MadeUpSweep.quick()
                    .seeds(1L, 2L, 3L, 4L, 5L)
                    .accuracy(ReportTextTest::clear)
                    .gradientScale(t -> t.norm() == Norm.FILTER_RESPONSE_NORM ? 9 : 3)
                    .landscapes(t -> 2 + place(t) + 0.01 * t.seed())
                    .predictions()),
            lines(
                "noise",
                MadeUpSweep.quick()
                    .seeds(1L, 2L, 3L)
                    .accuracy(t -> 0.7 + 0.01 * (7 * t.seed() * (place(t) + 1) % 5))
                    .landscapes(t -> 2)),
            lines(
                "other settings",
                MadeUpSweep.quick()
                    .norms(Norm.values())
                    .seeds(1L, 2L)
                    .length(t -> 4 + (int) t.seed())
                    .axes("training.learningRate: [1e-3, 1e-4]")
                    .settings(
                        "training.patience=2",
                        "training.optimizer=nesterov",
                        "training.schedule=step",
                        "training.weightDecay=1e-4",
                        "training.labelSmoothing=0.1",
                        "model.blockBatchNorm=frozen")));
  }

  private static int place(Trial trial) {
    return List.of(Norm.values()).indexOf(trial.norm());
  }

  private static double clear(Trial trial) {
    return 0.7
        + 0.01 * trial.seed()
        + 0.001 * (trial.seed() % 2)
        + (trial.norm() == Norm.LAYER_NORM ? 0.05 : 0)
        + (trial.clip().active() ? 0.03 + 0.001 * (trial.seed() % 3) : 0);
  }

  private static List<String> lines(String name, MadeUpSweep sweep) throws IOException {
    Path folder = Files.createDirectory(root.resolve(name));
    String html = new DraftReport(sweep.write(folder)).page();
    String text =
        html.replaceAll("(?s)<(style|script|svg|head)\\b.*?</\\1\\s*>", "")
            .replaceAll("(?s)<table class=\"data[^\"]*\".*?</thead>", "$0<!--cells-->")
            .replaceAll("(?s)<!--cells-->.*?</table>", "")
            .replaceAll("</(p|li|h1|h2|h3|td|th|caption|tr|summary)>", "\n")
            .replaceAll("<[^>]*>", "")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&#39;", "'");
    return Arrays.stream(text.split("\n"))
        .map(line -> line.replaceAll("\\s+", " ").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void saysWhatItSaid() throws IOException {
    Set<String> all = new LinkedHashSet<>();
    reports.forEach(all::addAll);
    String said = all.stream().map(line -> line + "\n").collect(joining());
    try (InputStream golden = getClass().getResourceAsStream("report-text.txt")) {
      assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), said);
    }
  }

  @Test
  void noSentenceComesTwice() {
    for (List<String> report : reports) {
      Set<String> seen = new HashSet<>();
      List<String> twice = new ArrayList<>();
      report.stream()
          // Each caption must be complete.
          .filter(line -> !line.matches("(Figure|Table).A?\\d+\\..*"))
          .flatMap(line -> Stream.of(line.split("(?<=[.?!]) ")))
          .filter(sentence -> sentence.length() > SENTENCE && sentence.endsWith("."))
          .filter(sentence -> !seen.add(sentence))
          .forEach(twice::add);
      assertEquals(List.of(), twice);
      assertTrue(seen.size() > 50, seen.size() + " sentences");
    }
  }
}
