package normsweep.report.figure;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Tells Java on Linux which file to use for its logical fonts (Dialog, SansSerif). Otherwise Java
 * asks fontconfig, and where that is missing or finds no font, Java refuses to draw with any font
 * at all, including those bundled with a program.
 */
final class FontConfiguration {
  private static final String PROPERTY = "sun.awt.fontconfig";
  private static final List<String> LOGICAL =
      List.of("dialog", "dialoginput", "sansserif", "serif", "monospaced");
  private static final List<String> STYLES = List.of("plain", "bold", "italic", "bolditalic");

  private FontConfiguration() {}

  /**
   * Maps every logical font to the given one. A configuration set by the user is kept, and so are
   * systems whose Java has its own fonts.
   */
  static void use(Fonts font) throws IOException {
    if (!System.getProperty("os.name", "").equals("Linux")
        || System.getProperty(PROPERTY) != null) {
      return;
    }
    Path folder = Files.createTempDirectory("normsweep-fonts");
    Path face = folder.resolve("face.ttf");
    Path configuration = folder.resolve("fontconfig.properties");
    // Files must be deleted before their folder, and the last one registered is deleted first.
    Stream.of(folder, face, configuration).map(Path::toFile).forEach(File::deleteOnExit);
    try (InputStream in = font.open()) {
      Files.copy(in, face);
    }
    Properties properties = new Properties();
    properties.setProperty("version", "1");
    properties.setProperty("sequence.allfonts", "latin-1");
    properties.setProperty("filename.Face", face.toString());
    for (String name : LOGICAL) {
      STYLES.forEach(
          style ->
              properties.setProperty(
                  String.format(Locale.ROOT, "%s.%s.latin-1", name, style), "Face"));
    }
    try (OutputStream out = Files.newOutputStream(configuration)) {
      properties.store(out, null);
    }
    System.setProperty(PROPERTY, configuration.toString());
  }
}
