package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final String BEGIN = "<!-- settings: begin -->\n";
  private static final String END = "<!-- settings: end -->\n";

  @Test
  void readmeHoldsTheReference() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    assertEquals(Settings.markdown(), readme.substring(begin, readme.indexOf(END)));
  }

  @Test
  void everyDefaultIsAllowed() {
    SweepConfig defaults = SweepYaml.parse("a.yaml", "a", "", List.of());
    for (Settings.Row row : Settings.reference()) {
      if (!row.key().equals("name")) {
        assertEquals(
            defaults, SweepYaml.parse("a.yaml", "a", "", List.of(row.key() + "=" + row.preset())));
      }
    }
  }

  @Test
  void rowsSayWhatErrorsSay() {
    Settings.Row epochs =
        Settings.reference().stream()
            .filter(row -> row.key().equals("training.epochs"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        new Settings.Row(
            "training.epochs",
            "10",
            "a whole number from 1 to 1000",
            "passes over the training images"),
        epochs);
    assertTrue(Settings.text().contains(epochs.allowed()), Settings.text());
    assertTrue(
        Settings.markdown()
            .contains(
                "| `grid.placement` | placement of filter response norm; other norms ignore it"
                    + " | dense | dense \\| spatial |"),
        Settings.markdown());
  }
}
