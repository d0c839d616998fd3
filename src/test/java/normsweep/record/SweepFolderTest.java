package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      Files.writeString(folder.config(), text.replace(settings.group(), ""));
      assertEquals(whole, folder.readConfig(), settings.group());
      tried++;
    }
    assertEquals(23, tried);
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
