package normsweep.report.figure;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;

/**
 * The typefaces of the figures and documents, from the class path, so that a report looks the same
 * on machines without fonts. DejaVu has the Greek letters and mathematical signs that PDF's own
 * fonts lack.
 */
public enum Fonts {
  /** Figures, tables, headings. */
  SANS("DejaVuSansCondensed.ttf", "DejaVu Sans Condensed", 400, "normal"),
  /** Emphasis in {@link #SANS}. */
  SANS_BOLD("DejaVuSansCondensed-Bold.ttf", "DejaVu Sans Condensed", 700, "normal"),
  /** Running text. */
  SERIF("DejaVuSerifCondensed.ttf", "DejaVu Serif Condensed", 400, "normal"),
  /** Emphasis in running text. */
  SERIF_BOLD("DejaVuSerifCondensed-Bold.ttf", "DejaVu Serif Condensed", 700, "normal"),
  /** Variables and titles in running text. */
  SERIF_ITALIC("DejaVuSerifCondensed-Italic.ttf", "DejaVu Serif Condensed", 400, "italic"),
  /** Code and digests. */
  MONO("DejaVuSansMono.ttf", "DejaVu Sans Mono", 400, "normal");

  private static final Map<Fonts, Font> LOADED = new EnumMap<>(Fonts.class);
  private static final String CONFIGURATION = "sun.awt.fontconfig";
  private static final String FOLDER = "/net/sf/jasperreports/fonts/dejavu/";

  private final String file;
  private final String family;
  private final int weight;
  private final String style;

  Fonts(String file, String family, int weight, String style) {
    this.file = file;
    this.family = family;
    this.weight = weight;
    this.style = style;
  }

  /** The typeface's CSS family. */
  public String family() {
    return family;
  }

  /** Its CSS weight. */
  public int weight() {
    return weight;
  }

  /** Its CSS style. */
  public String style() {
    return style;
  }

  /** The font file; the caller closes the stream. */
  public InputStream open() {
    return Objects.requireNonNull(Fonts.class.getResourceAsStream(FOLDER + file), file);
  }

  /**
   * The typeface for drawing.
   *
   * @throws NormSweepException exit code 1 if this Java cannot draw text, with what it lacks
   */
  public Font awt(float size) {
    synchronized (LOADED) {
      return LOADED.computeIfAbsent(this, Fonts::load).deriveFont(size);
    }
  }

  /**
   * Draws a letter to find out, before any long work, whether this machine can draw text.
   *
   * @throws NormSweepException exit code 1 if this Java cannot draw text, with what it lacks
   */
  public static void check() {
    Graphics2D graphics = new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB).createGraphics();
    graphics.setFont(SANS.awt(9));
    graphics.drawString("x", 1, 8);
    graphics.dispose();
  }

  /** Options with which another Java on this machine can draw text, too, after {@link #check}. */
  public static List<String> options() {
    String configuration = System.getProperty(CONFIGURATION);
    return configuration == null ? List.of() : List.of("-D" + CONFIGURATION + "=" + configuration);
  }

  private Font load() {
    try {
      configureLogicalFonts();
      // Loads Java's font library, whose error createFont() would hide.
      new Font(Font.DIALOG, Font.PLAIN, 9)
          .getStringBounds("x", new FontRenderContext(null, true, true));
      try (InputStream in = open()) {
        return Font.createFont(Font.TRUETYPE_FONT, in);
      }
    } catch (FontFormatException | IOException | LinkageError e) {
      throw unusable(e);
    }
  }

  // Tells Java on Linux which file to use for its logical fonts (Dialog, SansSerif). Otherwise Java
  // asks fontconfig, and where that is missing or finds no font, Java refuses to draw with any font
  // at all, including those bundled with a program. A configuration set by the user is kept.
  private static void configureLogicalFonts() throws IOException {
    if (!System.getProperty("os.name", "").equals("Linux")
        || System.getProperty(CONFIGURATION) != null) {
      return;
    }
    Path folder = Files.createTempDirectory("normsweep-fonts");
    Path face = folder.resolve("face.ttf");
    Path configuration = folder.resolve("fontconfig.properties");
    // Files must be deleted before their folder, and the last one registered is deleted first.
    Stream.of(folder, face, configuration).map(Path::toFile).forEach(File::deleteOnExit);
    try (InputStream in = SANS.open()) {
      Files.copy(in, face);
    }
    Properties properties = new Properties();
    properties.setProperty("version", "1");
    properties.setProperty("sequence.allfonts", "latin-1");
    properties.setProperty("filename.Face", face.toString());
    for (String name : List.of("dialog", "dialoginput", "sansserif", "serif", "monospaced")) {
      for (String style : List.of("plain", "bold", "italic", "bolditalic")) {
        properties.setProperty(name + "." + style + ".latin-1", "Face");
      }
    }
    try (OutputStream out = Files.newOutputStream(configuration)) {
      properties.store(out, null);
    }
    System.setProperty(CONFIGURATION, configuration.toString());
  }

  // Java wraps the linker's error; the innermost cause names the file.
  private static NormSweepException unusable(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String what = cause.getMessage();
    return NormSweepException.failed(
        "This Java cannot draw text ("
            + (what == null ? cause : what.strip().replaceFirst("\\.$", ""))
            + "); install the packages libfreetype6 and libharfbuzz0b (Debian, Ubuntu) or freetype"
            + " and harfbuzz (other Linux), make sure that the temporary folder is writable,"
            + " then run the same command again.",
        e);
  }
}
