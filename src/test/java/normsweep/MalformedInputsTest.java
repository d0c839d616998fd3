package normsweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.MalformedInput.Outcome;
import normsweep.MalformedInput.Row;
import normsweep.data.DataInputs;
import normsweep.landscape.LandscapeInputs;
import normsweep.landscape.section.SectionMutants;
import normsweep.record.RecordInputs;
import normsweep.report.ReportInputs;
import normsweep.savedmodel.ModelInputs;
import normsweep.sweep.ResumeInputs;
import normsweep.train.TrainInputs;
import normsweep.ui.StatsInputs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged copies of every file that the program reads. What came back is kept in {@code
 * target/malformed-inputs}: {@code TABLE.csv} with one row per case, {@code COUNTS.md} with the
 * number of cases by input and outcome.
 */
class MalformedInputsTest {
  private static final Path TABLES = Path.of("target", "malformed-inputs");
  private static final int FEWEST_CASES = 200;

  @TempDir static Path folder;

  @TestFactory
  Stream<DynamicTest> answersDamagedFilesInOneSentence() throws IOException {
    List<MalformedInput> inputs = new ArrayList<>();
    inputs.addAll(DataInputs.in(folder.resolve("data")));
    inputs.addAll(ModelInputs.in(folder.resolve("model")));
    inputs.addAll(RecordInputs.in(folder.resolve("record")));
    inputs.addAll(TrainInputs.in(folder.resolve("train")));
    inputs.addAll(StatsInputs.in(folder.resolve("stats")));
    inputs.addAll(LandscapeInputs.in(folder.resolve("landscape")));
    inputs.addAll(SectionMutants.in(folder.resolve("sections")));
    inputs.addAll(ResumeInputs.in(folder.resolve("resume")));
    inputs.addAll(ReportInputs.in(folder.resolve("report")));
    List<Row> table = new ArrayList<>();
    return Stream.concat(
        inputs.stream().map(input -> dynamicTest(input.name(), () -> table.addAll(input.rows()))),
        Stream.of(dynamicTest("table of all cases", () -> keep(table, inputs))));
  }

  private static void keep(List<Row> table, List<MalformedInput> inputs) throws IOException {
    Files.createDirectories(TABLES);
    Files.writeString(TABLES.resolve("TABLE.csv"), csv(table));
    Files.writeString(TABLES.resolve("COUNTS.md"), counts(table));
    assertEquals(
        inputs.stream().mapToInt(input -> input.mutants().size()).sum(),
        table.size(),
        "every case has its row");
    assertTrue(table.size() >= FEWEST_CASES, table.size() + " cases");
  }

  private static String csv(List<Row> table) {
    StringBuilder csv = new StringBuilder("input,damage,outcome,exit,message\n");
    for (Row row : table) {
      csv.append(row.input()).append(',').append(row.how()).append(',').append(row.outcome());
      csv.append(',').append(row.outcome() == Outcome.REFUSED ? row.exit() : "").append(",\"");
      csv.append(row.message().replace("\"", "\"\"")).append("\"\n");
    }
    return csv.toString();
  }

  private static String counts(List<Row> table) {
    Map<String, Map<Outcome, Integer>> counts = new LinkedHashMap<>();
    for (Row row : table) {
      counts
          .computeIfAbsent(row.input(), input -> new EnumMap<>(Outcome.class))
          .merge(row.outcome(), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder("| input | cases |");
    for (Outcome outcome : Outcome.values()) {
      text.append(' ').append(outcome).append(" |");
    }
    text.append("\n|---|---|").append("---|".repeat(Outcome.values().length)).append('\n');
    counts.forEach((input, row) -> text.append(line(input, row)));
    Map<Outcome, Integer> all = new EnumMap<>(Outcome.class);
    counts.values().forEach(row -> row.forEach((o, n) -> all.merge(o, n, Integer::sum)));
    return text.append(line("all", all)).toString();
  }

  private static String line(String input, Map<Outcome, Integer> row) {
    StringBuilder line = new StringBuilder("| " + input + " | ");
    line.append(row.values().stream().mapToInt(Integer::intValue).sum()).append(" |");
    for (Outcome outcome : Outcome.values()) {
      line.append(' ').append(row.getOrDefault(outcome, 0)).append(" |");
    }
    return line.append('\n').toString();
  }
}
