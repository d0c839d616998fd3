package normsweep.base;

/**
 * Makes text from a file safe to quote in an error message: short, and without terminal control
 * sequences.
 */
public final class MessageText {
  private static final int LONGEST = 200;

  private MessageText() {}

  /** The beginning of {@code text}, with ? for unprintable characters. */
  public static String of(String text) {
    return printable(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
  }

  /**
   * The text on one line, with ? for control and format characters, unpaired surrogates and line
   * breaks.
   */
  public static String printable(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
