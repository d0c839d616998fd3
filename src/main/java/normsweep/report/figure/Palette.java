package normsweep.report.figure;

import java.awt.Color;

/**
 * The colours of figures and slides. Those of lines are from Okabe and Ito: people with any common
 * colour vision deficiency can distinguish them.
 */
public final class Palette {
  /** Text of slides. */
  public static final Color TEXT = new Color(0x1A1A1A);

  /** Less important text, and reference lines. */
  public static final Color SOFT = new Color(0x555555);

  /** Grids, and lines between rows. */
  public static final Color RULE = new Color(0xDDDDDD);

  public static final Color BLUE = new Color(0x0072B2);

  /** Letters and lines of axes. */
  static final Color INK = new Color(0x333333);

  static final Color VERMILLION = new Color(0xD55E00);
  static final Color GREEN = new Color(0x009E73);
  static final Color PURPLE = new Color(0xCC79A7);
  static final Color ORANGE = new Color(0xE69F00);
  static final Color SKY = new Color(0x56B4E9);
  static final Color BLACK = new Color(0x222222);
  static final Color GREY = new Color(0x888888);

  private Palette() {}
}
