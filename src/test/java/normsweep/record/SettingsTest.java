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
    assertEquals(markdown(), readme.substring(begin, readme.indexOf(END)));
  }

  private static String markdown() {
    StringBuilder table =
        new StringBuilder("| key | meaning | default | allowed |\n|---|---|---|---|\n");
    for (Settings.Row row : Settings.reference()) {
      String allowed = row.allowed().replace("|", "\\|");
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(row.key(), row.meaning(), row.defaultValue(), allowed));
    }
    return table.toString();
  }

  @Test
  void everyDefaultIsAllowed() {
    SweepConfig defaults = SweepYaml.parse("a.yaml", "a", "", List.of());
    for (Settings.Row row : Settings.reference()) {
      if (!row.key().equals("name")) {
        assertEquals(
            defaults,
            SweepYaml.parse("a.yaml", "a", "", List.of(row.key() + "=" + row.defaultValue())));
      }
    }
  }

  private static Settings.Row row(String key) {
    return Settings.reference().stream()
        .filter(row -> row.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rowsSayWhatErrorsSay() {
    Settings.Row epochs = row("training.epochs");
    assertEquals(
        new Settings.Row(
            "training.epochs",
            "10",
            "a whole number from 1 to 1000",
            "passes over the training images"),
        epochs);
    assertTrue(Settings.text().contains(epochs.allowed()), Settings.text());
    assertEquals(
        new Settings.Row(
            "grid.placement",
            "dense",
            "dense | spatial",
            "placement of filter response norm; other norms ignore it"),
        row("grid.placement"));
  }
}
