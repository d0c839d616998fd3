package normsweep.report.figure;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.TickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;

/** Axes, grids and titles that all charts share. */
final class Axes {
  private static final String SUPERSCRIPTS =
      "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

  // How many times as long as that of nine tenths of the values the range of all may be.
  private static final double FAR = 2;

  private Axes() {}

  /** A linear axis whose limits are taken from the data. */
  static NumberAxis linear(String label) {
    NumberAxis axis = new NumberAxis(label);
    axis.setAutoRangeIncludesZero(false);
    axis.setNumberFormatOverride(plain());
    dress(axis);
    return axis;
  }

  static NumberAxis linear(String label, double low, double high) {
    NumberAxis axis = linear(label);
    axis.setRange(low, high);
    // The library's own choice makes room for all decimals of the ends.
    TickUnit unit = NumberAxis.createStandardTickUnits().getCeilingTickUnit((high - low) / 6);
    axis.setTickUnit(new NumberTickUnit(unit.getSize(), plain()));
    return axis;
  }

  /** A linear axis for values, without those that lie far outside the rest. */
  static NumberAxis linear(String label, DoubleStream values) {
    double[] sorted = values.filter(Double::isFinite).sorted().toArray();
    if (sorted.length < 2 || sorted[0] == sorted[sorted.length - 1]) {
      return linear(label);
    }
    double least = sorted[0];
    double most = sorted[sorted.length - 1];
    double high = sorted[(int) (0.9 * (sorted.length - 1))] - least;
    double low = most - sorted[(int) Math.ceil(0.1 * (sorted.length - 1))];
    double top = most - least > FAR * high && high > 0 ? least + 0.75 * FAR * high : most;
    double bottom = most - least > FAR * low && low > 0 ? most - 0.75 * FAR * low : least;
    double margin = 0.06 * (top - bottom);
    return bottom < top ? linear(label, bottom - margin, top + margin) : linear(label, least, most);
  }

  /** From the first epoch to the last, with ticks at both or close to the last. */
  static NumberAxis epochs(SweepEvidence sweep) {
    int last = Math.max(2, sweep.config().training().epochs());
    int step =
        IntStream.of(1, 2, 5, 10, 20, 50, 100).filter(s -> last <= 8 * s).findFirst().orElse(last);
    NumberAxis axis =
        new NumberAxis("epoch") {
          @Override
          protected List<NumberTick> refreshTicksHorizontal(
              Graphics2D graphics, Rectangle2D area, RectangleEdge edge) {
            // From 5 on, round numbers read better than those that are steps away from 1.
            return IntStream.rangeClosed(1, last)
                .filter(epoch -> epoch == 1 || (step < 5 ? (epoch - 1) % step : epoch % step) == 0)
                .mapToObj(epoch -> tick(epoch, Integer.toString(epoch), TextAnchor.TOP_CENTER))
                .toList();
          }
        };
    double margin = 0.025 * (last - 1);
    axis.setRange(1 - margin, last + margin);
    dress(axis);
    return axis;
  }

  static NumberAxis iterations(SweepEvidence sweep) {
    double last = (double) sweep.config().training().epochs() * sweep.config().iterationsPerEpoch();
    return whole("iteration", 0, Math.max(2, last + 1));
  }

  /** An axis of whole numbers. */
  static NumberAxis whole(String label, double low, double high) {
    NumberAxis axis = linear(label, low, high);
    axis.setAutoTickUnitSelection(true);
    axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    return axis;
  }

  /** An axis of base-10 logarithms with a tick every two decades. */
  static NumberAxis decades(String label, Range shown) {
    NumberAxis axis = linear(label, shown.getLowerBound(), shown.getUpperBound());
    axis.setTickUnit(new NumberTickUnit(2, plain()));
    return axis;
  }

  /**
   * An axis of positive and negative values: linear up to a threshold, logarithmic beyond, decades
   * as wide as the part from 0 to the threshold. What is drawn on it goes through {@link
   * #symmetric}.
   *
   * @param threshold a power of ten
   */
  static NumberAxis symmetricLogarithmic(
      String label, double threshold, DoubleSummaryStatistics values) {
    double low = Math.floor(symmetric(values.getMin(), threshold));
    double high = Math.ceil(symmetric(values.getMax(), threshold));
    NumberAxis axis = linear(label, low, Math.max(low + 1, high) + 0.3);
    int step = (int) Math.ceil((high - low) / 8);
    NumberFormat format = new SymmetricFormat(threshold);
    axis.setNumberFormatOverride(format);
    axis.setTickUnit(new NumberTickUnit(step, format));
    return axis;
  }

  /** Where a value lies on such an axis. */
  static double symmetric(double value, double threshold) {
    double size = Math.abs(value) / threshold;
    return Math.signum(value) * (size < 1 ? size : 1 + Math.log10(size));
  }

  /** A vertical axis of names, from bottom to top. */
  static SymbolAxis named(String[] names, float fontSize) {
    SymbolAxis axis = new SymbolAxis(null, names);
    axis.setGridBandsVisible(false);
    dress(axis);
    axis.setTickLabelFont(Fonts.SANS.awt(fontSize));
    return axis;
  }

  /** A logarithmic axis of positive values. */
  static LogAxis logarithmic(String label, DoubleSummaryStatistics values) {
    double low = values.getMin() / 1.3;
    double high = values.getMax() * 1.3;
    return logarithmic(label, low, high, anchor -> ticks(low, high, anchor));
  }

  /** A logarithmic axis with ticks at its values, which are few. */
  static LogAxis logarithmic(String label, double[] values) {
    DoubleSummaryStatistics all = Arrays.stream(values).summaryStatistics();
    double margin = Math.pow(all.getMax() / all.getMin(), 0.04);
    return logarithmic(
        label,
        all.getMin() / margin,
        all.getMax() * margin,
        anchor ->
            Arrays.stream(values)
                .distinct()
                .mapToObj(v -> tick(v, text(v, (int) Math.floor(Math.log10(v))), anchor))
                .toList());
  }

  private static LogAxis logarithmic(
      String label, double low, double high, Function<TextAnchor, List<NumberTick>> ticks) {
    LogAxis axis =
        new LogAxis(label) {
          @Override
          protected List<NumberTick> refreshTicksVertical(
              Graphics2D graphics, Rectangle2D area, RectangleEdge edge) {
            return ticks.apply(TextAnchor.CENTER_RIGHT);
          }

          @Override
          protected List<NumberTick> refreshTicksHorizontal(
              Graphics2D graphics, Rectangle2D area, RectangleEdge edge) {
            return ticks.apply(TextAnchor.TOP_CENTER);
          }
        };
    axis.setRange(low, high);
    dress(axis);
    return axis;
  }

  private static void dress(ValueAxis axis) {
    axis.setLabelFont(Fonts.SANS.awt(10));
    axis.setTickLabelFont(Fonts.SANS.awt(9));
    axis.setLabelPaint(Palette.INK);
    axis.setTickLabelPaint(Palette.INK);
    axis.setAxisLinePaint(Palette.INK);
    axis.setTickMarkPaint(Palette.INK);
    axis.setLabelInsets(new RectangleInsets(1, 1, 1, 1));
  }

  /** A chart of a plot, in the common style. */
  static JFreeChart chart(String title, XYPlot plot) {
    BasicStroke thin = new BasicStroke(0.6f);
    plot.setDomainGridlinePaint(Palette.RULE);
    plot.setRangeGridlinePaint(Palette.RULE);
    plot.setDomainGridlineStroke(thin);
    plot.setRangeGridlineStroke(thin);
    plot.setOutlinePaint(null);
    plot.setInsets(new RectangleInsets(2, 2, 2, 8));
    JFreeChart chart = new JFreeChart(null, Fonts.SANS.awt(10), plot, false);
    if (!title.isEmpty()) {
      TextTitle heading = new TextTitle(title, Fonts.SANS_BOLD.awt(10.5f));
      heading.setPaint(Palette.INK);
      heading.setMargin(2, 2, 0, 2);
      chart.setTitle(heading);
    }
    chart.setBackgroundPaint(null);
    return chart;
  }

  /** A number, formatted as on axes. */
  static String number(double value) {
    return plain().format(value + 0.0);
  }

  private static NumberFormat plain() {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    symbols.setMinusSign('\u2212');
    return new DecimalFormat("0.######", symbols);
  }

  // At powers of ten, and at 2 and 5 times those where few would fit; the library's own ticks are
  // too
  // many or none.
  private static List<NumberTick> ticks(double low, double high, TextAnchor anchor) {
    double decades = Math.log10(high / low);
    int[] factors = decades < 2 ? new int[] {1, 2, 5} : new int[] {1};
    int step = Math.max(1, (int) Math.round(decades / 3));
    List<NumberTick> ticks = new ArrayList<>();
    int last = (int) Math.floor(Math.log10(high));
    for (int power = (int) Math.floor(Math.log10(low)); power <= last; power++) {
      for (int factor : factors) {
        double value = factor * Math.pow(10, power);
        if (value >= low && value <= high && Math.floorMod(power, step) == 0) {
          ticks.add(tick(value, text(value, power), anchor));
        }
      }
    }
    return ticks;
  }

  private static NumberTick tick(double value, String text, TextAnchor anchor) {
    return new NumberTick(value, text, anchor, TextAnchor.CENTER, 0);
  }

  private static String text(double value, int power) {
    if (Math.abs(power) <= 4) {
      return plain().format(value);
    }
    long factor = Math.round(value / Math.pow(10, power));
    String times = factor == 1 ? "" : factor + "\u00b7";
    return Integer.toString(Math.abs(power))
        .chars()
        .mapToObj(digit -> SUPERSCRIPTS.substring(digit - '0', digit - '0' + 1))
        .collect(Collectors.joining("", times + (power < 0 ? "10\u207b" : "10"), ""));
  }

  /** Writes places on a symmetric logarithmic axis as the values that lie there. */
  private static final class SymmetricFormat extends NumberFormat {
    private static final long serialVersionUID = 1;

    private final double threshold;

    SymmetricFormat(double threshold) {
      this.threshold = threshold;
    }

    @Override
    public StringBuffer format(double place, StringBuffer to, FieldPosition at) {
      double size = Math.abs(place);
      double value = size < 1 ? size * threshold : threshold * Math.pow(10, size - 1);
      int power = value == 0 ? 0 : (int) Math.round(Math.log10(value));
      return to.append(place < 0 ? "\u2212" : "").append(text(value, power));
    }

    @Override
    public StringBuffer format(long place, StringBuffer to, FieldPosition at) {
      return format((double) place, to, at);
    }

    @Override
    public Number parse(String text, ParsePosition at) {
      throw new UnsupportedOperationException("an axis is only written");
    }
  }
}
