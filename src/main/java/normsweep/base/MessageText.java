package normsweep.base;

/** Texts from a file in the sentence that refuses it: short, and nothing a terminal acts on. */
public final class MessageText {
  private static final int LONGEST = 200;

  private MessageText() {}

  /** The beginning of {@code text}, with ? for what does not print. */
  public static String of(String text) {
    return printable(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
  }

  /** The text on one line: ? for control and format characters, half characters and line ends. */
  public static String printable(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
