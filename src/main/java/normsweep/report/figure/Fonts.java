package normsweep.report.figure;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * The typefaces of the figures and documents, from the class path, so that a report looks the same
 * on a machine without fonts. DejaVu has the Greek letters and mathematical signs that PDF's own
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

  /** The typeface's family, as CSS names it. */
  public String family() {
    return family;
  }

  /** Its weight, as CSS numbers it. */
  public int weight() {
    return weight;
  }

  /** Its style, as CSS names it. */
  public String style() {
    return style;
  }

  /** The font file; the caller closes the stream. */
  public InputStream open() {
    InputStream in = Fonts.class.getResourceAsStream(FOLDER + file);
    if (in == null) {
      throw new IllegalStateException("the class path lacks " + FOLDER + file);
    }
    return in;
  }

  /** The typeface for drawing. */
  public Font awt(float size) {
    return Loaded.FONTS.get(this).deriveFont(size);
  }

  private static final class Loaded {
    private static final Map<Fonts, Font> FONTS = load();

    private static Map<Fonts, Font> load() {
      Map<Fonts, Font> fonts = new EnumMap<>(Fonts.class);
      for (Fonts font : values()) {
        try (InputStream in = font.open()) {
          fonts.put(font, Font.createFont(Font.TRUETYPE_FONT, in));
        } catch (FontFormatException e) {
          throw new IllegalStateException(font.file + " is no TrueType font", e);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return fonts;
    }
  }
}
