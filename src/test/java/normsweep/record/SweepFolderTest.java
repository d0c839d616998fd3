package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFolderTest {
  private static final Trial TRIAL =
      new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);

  @TempDir Path root;
  private SweepFolder folder;

  @BeforeEach
  void write() throws IOException {
    folder = new SweepFolder(root);
    Records.writeJson(
        folder.results(),
        new SweepResults(
            SweepResults.SCHEMA,
            "a",
            null,
            null,
            Map.of(),
            List.of(TrialResult.failed(TRIAL, 2, "it diverged"))));
    Files.writeString(
        folder.config(), SweepYaml.write(SweepYaml.parse("a.yaml", "a", "", List.of())));
  }

  @Test
  void readsWhatWasWritten() {
    assertEquals(TRIAL, folder.readResults().trials().get(0).trial());
    assertEquals("a", folder.readConfig().name());
  }

  @Test
  void furtherSettingsAreReadBack() throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("training.learningRate", 1.0);
    values.put("data.views", 2);
    values.put("model.unfreezeFrom", "Conv_1");
    Trial trial =
        new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 7, new TrialSettings(values));
    SweepResults written =
        new SweepResults(
            SweepResults.SCHEMA, "a", null, null, Map.of(), List.of(TrialResult.pending(trial)));
    Records.writeJson(folder.results(), written);
    assertEquals(written, folder.readResults());
    assertEquals(trial, folder.readResults().trials().get(0).trial());
    String whole = Files.readString(folder.results());
    assertTrue(whole.contains("\"training.learningRate\" : 1.0,"), whole);
    refusedResults(whole.replace("\"data.views\" : 2", "\"data.views\" : 3"), "by its own row");
    refusedResults(whole.replace("\"data.views\" : 2", "\"data.views\" : -3"), "data.views");
    refusedResults(whole.replace("data.views", "landscape.grid"), "no setting of a trial");
    refusedResults(whole.replace("data.views", "../../x"), "no setting of a trial");
  }

  @Test
  void furtherSettingsAreColumnsOfTheTable() throws IOException {
    Trial trial =
        new Trial(
            Norm.LAYER_NORM,
            FrnPlacement.DENSE,
            Clip.NONE,
            7,
            new TrialSettings(Map.of("training.learningRate", 3e-4)));
    Records.writeTable(
        folder.resultsCsv(),
        List.of(TrialResult.failed(TRIAL, 2, "it, too"), TrialResult.pending(trial)));
    assertEquals(
        """
        id,norm,placement,clip,seed,training.learningRate,status,epochs,bestEpoch,valAccuracy,\
        valLoss,testAccuracy,testLoss,convergenceEpoch,clippedFraction,trainSeconds,\
        imagesPerSecond,model,reason
        "layer-norm.clip-1.0.seed-1",layer-norm,dense,1.0,1,,failed,2,,,,,,,,,,,"it, too"
        "layer-norm.clip-none.seed-7.lr-3e-4",layer-norm,dense,none,7,3.0E-4,pending,0,,,,,,,,,,,
        """,
        Files.readString(folder.resultsCsv()));
  }

  @Test
  void measuresOfUnevenClassesStandBesideAccuracy() throws IOException {
    TrialResult row = CompletedTrials.uneven(TRIAL, 0.375, 0.25);
    SweepResults written =
        new SweepResults(SweepResults.SCHEMA, "a", null, null, Map.of(), List.of(row));
    Records.writeJson(folder.results(), written);
    assertEquals(written, folder.readResults());
    String whole = Files.readString(folder.results());
    assertTrue(whole.contains("\"testBalancedAccuracy\" : 0.375,"), whole);
    refusedResults(whole.replace("0.375", "1.375"), "a share beyond 0 to 1");
    Records.writeTable(folder.resultsCsv(), List.of(row, TrialResult.pending(TRIAL)));
    List<String> lines = Files.readAllLines(folder.resultsCsv());
    assertTrue(lines.get(0).contains("testLoss,testBalancedAccuracy,testMacroF1,"), lines.get(0));
    assertTrue(lines.get(1).contains(",1.0,0.375,0.25,2,"), lines.get(1));
    assertTrue(lines.get(2).contains("pending,0,,,,,,,"), lines.get(2));
  }

  /** Byte for byte what versions without further axes wrote. */
  @Test
  void filesWithoutFurtherSettingsStay() throws IOException {
    List<TrialResult> rows = List.of(TrialResult.failed(TRIAL, 2, "it diverged"));
    Records.writeTable(folder.resultsCsv(), rows);
    Path plain = root.resolve("plain.csv");
    Records.writeCsv(plain, OldRow.class, List.of(OldRow.of(rows.get(0))));
    assertEquals(Files.readString(plain), Files.readString(folder.resultsCsv()));
    assertEquals(
        Records.json().writeValueAsString(OldRow.of(rows.get(0))),
        Records.json().writeValueAsString(rows.get(0)));
  }

  /** The columns of a row before further axes existed. */
  private record OldRow(
      String id,
      Norm norm,
      FrnPlacement placement,
      Clip clip,
      long seed,
      TrialResult.Status status,
      int epochs,
      Integer bestEpoch,
      Double valAccuracy,
      Double valLoss,
      Double testAccuracy,
      Double testLoss,
      Integer convergenceEpoch,
      Double clippedFraction,
      Double trainSeconds,
      Double imagesPerSecond,
      String model,
      String reason) {
    static OldRow of(TrialResult row) {
      return Records.json().convertValue(row, OldRow.class);
    }
  }

  @Test
  void refusesForeignResults() throws IOException {
    String whole = Files.readString(folder.results());
    refusedResults(whole.replace(TRIAL.id(), "../../elsewhere"), "by its own row");
    refusedResults(whole.replace("\"seed\" : 1", "\"seed\" : 2"), "by its own row");
    refusedResults(whole.replace("\"schema\" : 1", "\"schema\" : 3"), "schema 3");
    refusedResults(whole.replace("\"epochs\"", "\"epocks\""), "epochs");
    refusedResults(whole.replace("\"failed\"", "\"completed\""), "without its figures");
    refusedResults(whole.replace("\"failed\"", "null"), "no norm, placement, clip or status");
    refusedResults(whole + "}", "line");
    refusedResults("null", "no value");
    refusedResults("", "");
  }

  @Test
  void weightsWithoutFormatAreRead() throws IOException {
    String whole = Files.readString(folder.results());
    String weights =
        "{\"name\":\"w\",\"source\":\"s\",\"sha256\":\"ab\",\"pretrainedOn\":\"COCO\"}";
    String old = whole.replace("\"weights\" : null", "\"weights\" : " + weights);
    Files.writeString(folder.results(), old);
    assertEquals(
        new SweepResults.WeightsOrigin("w", "s", "ab", "COCO", "", ""),
        folder.readResults().weights());
    refusedResults(old.replace("sha256", "sha1"), "its weights lack sha256");
  }

  @Test
  void cutConfigIsRefused() throws IOException {
    String whole = Files.readString(folder.config());
    int landscape = whole.indexOf("landscape:");
    refusedConfig(whole.substring(0, landscape), "lacks the key landscape.seed,");
    refusedConfig(whole.substring(0, whole.indexOf("  seed:", landscape)), "landscape.seed,");
    refusedConfig(whole.substring(whole.indexOf("data:")), "lacks the key name,");
    refusedConfig(whole.stripTrailing(), "ends in the middle of a line");
  }

  /** A file from before a key existed lacks it alone, and a section from before it existed. */
  @Test
  void keysOfLaterVersionsTakeDefaults() throws IOException {
    SweepConfig whole = folder.readConfig();
    String text = Files.readString(folder.config());
    Matcher settings = Pattern.compile("(?m)^  \\w+:.*\\R(- .*\\R|  - .*\\R)*").matcher(text);
    int tried = 0;
    while (settings.find() && settings.end() < text.length()) {
      String without = text.substring(0, settings.start()) + text.substring(settings.end());
      Files.writeString(folder.config(), without);
      assertEquals(whole, folder.readConfig(), settings.group());
      tried++;
    }
    assertEquals(39, tried);
    int tracking = text.indexOf("tracking:");
    String older = text.substring(0, tracking) + text.substring(text.indexOf("landscape:"));
    Files.writeString(folder.config(), older);
    assertEquals(whole, folder.readConfig());
  }

  @Test
  void lastKeyEndsEveryConfig() throws IOException {
    List<Settings.Row> keys = Settings.reference();
    assertEquals("landscape.seed", keys.get(keys.size() - 1).key());
    assertTrue(Files.readString(folder.config()).endsWith("  seed: 1\n"));
  }

  private void refusedResults(String text, String why) throws IOException {
    Files.writeString(folder.results(), text);
    refused(ExitCode.UNAVAILABLE, folder.results(), why, folder::readResults);
    assertEquals(text, Files.readString(folder.results()));
  }

  private void refusedConfig(String text, String why) throws IOException {
    Files.writeString(folder.config(), text);
    refused(ExitCode.USAGE, folder.config(), why, folder::readConfig);
  }

  private static void refused(
      ExitCode exit, Path file, String why, org.junit.jupiter.api.function.Executable reading) {
    NormSweepException e = assertThrows(NormSweepException.class, reading);
    assertEquals(exit, e.exitCode(), e.getMessage());
    assertTrue(
        e.getMessage().startsWith(file + " ") && e.getMessage().contains(why), e::getMessage);
  }
}
