package normsweep.landscape;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The typeface of the pictures, from the class path: the same on a machine without fonts. */
final class Typeface {
  private static final String FOLDER = "/net/sf/jasperreports/fonts/dejavu/";
  private static final Font REGULAR = load("DejaVuSansCondensed.ttf");
  private static final Font BOLD = load("DejaVuSansCondensed-Bold.ttf");

  private Typeface() {}

  static Font regular(float size) {
    return REGULAR.deriveFont(size);
  }

  static Font bold(float size) {
    return BOLD.deriveFont(size);
  }

  private static Font load(String file) {
    try (InputStream in = Typeface.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + FOLDER + file);
      }
      return Font.createFont(Font.TRUETYPE_FONT, in);
    } catch (FontFormatException e) {
      throw new IllegalStateException(file + " is no TrueType font", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
