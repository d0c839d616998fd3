package normsweep.report.figure;

import java.awt.Color;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.renderer.PaintScale;

/**
 * The colours of a quantity, from dark violet to pale yellow, on a path through Oklab (Ottosson
 * 2020) whose lightness increases evenly: equal steps look equal, even in grey and with any colour
 * vision deficiency.
 *
 * @param low value of the darkest colour
 * @param high value of the lightest colour
 */
public record ColorScale(double low, double high) implements PaintScale {
  private static final double DARKEST = 0.27;
  private static final double LIGHTEST = 0.93;
  private static final double FIRST_HUE = Math.toRadians(295);
  private static final double LAST_HUE = Math.toRadians(105);
  private static final double END_CHROMA = 0.09;
  private static final double MIDDLE_CHROMA = 0.05;
  private static final int BAR_STEPS = 60;

  @Override
  public double getLowerBound() {
    return low;
  }

  @Override
  public double getUpperBound() {
    return high;
  }

  /**
   * The colour of a value; values outside the scale take the colour of the nearest end, and those
   * that are not finite are white, as if missing.
   */
  @Override
  public Color getPaint(double value) {
    return Double.isFinite(value) ? at((value - low) / (high - low)) : Color.WHITE;
  }

  /** The colour bar below a figure, with three to seven round numbers. */
  Sheet.Bar bar(String label) {
    double step =
        NumberAxis.createStandardTickUnits().getCeilingTickUnit((high - low) / 5).getSize();
    SortedMap<Double, String> ticks = new TreeMap<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.put((i * step - low) / (high - low), Axes.number(i * step));
    }
    return new Sheet.Bar(label, BAR_STEPS, ticks);
  }

  /** The colour of a position from 0 (lowest) to 1 (highest); positions outside are clamped. */
  static Color at(double share) {
    double t = Math.min(Math.max(share, 0), 1);
    double lightness = DARKEST + t * (LIGHTEST - DARKEST);
    double chroma = END_CHROMA + MIDDLE_CHROMA * t;
    double hue = FIRST_HUE + t * (LAST_HUE - FIRST_HUE);
    return oklab(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
  }

  /** The whole scale as CSS colours, by position from 0 to 1. */
  public static Map<Double, String> stops() {
    Map<Double, String> stops = new TreeMap<>();
    for (int k = 0; k <= 20; k++) {
      stops.put(k / 20., String.format(Locale.ROOT, "#%06x", at(k / 20.).getRGB() & 0xffffff));
    }
    return stops;
  }

  private static Color oklab(double lightness, double a, double b) {
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new Color(
        srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
  }

  private static double cube(double x) {
    return x * x * x;
  }

  private static float srgb(double linear) {
    double x = Math.min(Math.max(linear, 0), 1);
    return (float) (x <= 0.0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - 0.055);
  }
}
