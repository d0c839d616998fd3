package normsweep.landscape;

import java.awt.Font;
import normsweep.report.figure.Fonts;

/** The typeface of the pictures, from the class path: the same on a machine without fonts. */
final class Typeface {
  private Typeface() {}

  static Font regular(float size) {
    return Fonts.SANS.awt(size);
  }

  static Font bold(float size) {
    return Fonts.SANS_BOLD.awt(size);
  }
}
