package normsweep.report.figure;

import java.awt.Color;
import java.awt.Paint;
import org.jfree.chart.renderer.PaintScale;

/**
 * Colours of a quantity, from dark blue over grey to light yellow. Lightness rises evenly along the
 * scale, so that it reads the same in grey and with any colour vision deficiency.
 *
 * @param low value of the darkest colour
 * @param high value of the lightest colour
 */
public record ColorScale(double low, double high) implements PaintScale {
  private static final int[] ANCHORS = {
    0x00204D, 0x243B6C, 0x575C6D, 0x7C7B78, 0xA59C74, 0xD0BE62, 0xFFE945
  };
  private static final Color UNKNOWN = Color.WHITE;

  /** Checks that the scale has a length. */
  public ColorScale {
    if (!(low < high)) {
      throw new IllegalArgumentException("colour scale from " + low + " to " + high);
    }
  }

  @Override
  public double getLowerBound() {
    return low;
  }

  @Override
  public double getUpperBound() {
    return high;
  }

  @Override
  public Paint getPaint(double value) {
    return color(value);
  }

  /** The colour of a value; values outside have the nearest end's, NaN is white. */
  public Color color(double value) {
    if (Double.isNaN(value)) {
      return UNKNOWN;
    }
    double place = Math.min(1, Math.max(0, (value - low) / (high - low))) * (ANCHORS.length - 1);
    int index = Math.min((int) place, ANCHORS.length - 2);
    double part = place - index;
    return new Color(mix(index, 16, part), mix(index, 8, part), mix(index, 0, part));
  }

  private static int mix(int index, int shift, double part) {
    int left = ANCHORS[index] >> shift & 0xFF;
    int right = ANCHORS[index + 1] >> shift & 0xFF;
    return (int) Math.round(left + part * (right - left));
  }
}
