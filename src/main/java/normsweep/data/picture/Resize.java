package normsweep.data.picture;

import java.util.Locale;
import java.util.Random;
import normsweep.data.Framing;
import normsweep.data.Framing.Cut;

/** How a picture of any shape becomes a square. */
public enum Resize {
  /** A centred square of 7/8 of the shorter side: 224 of 256 pixels. */
  CROP,
  /** The whole picture, stretched. */
  STRETCH,
  /** The whole picture, padded with black. */
  PAD;

  private static final int ATTEMPTS = 10;
  private static final double LEAST_AREA = 0.08;
  private static final double WIDEST = 4.0 / 3;

  private static int sevenEighths(int side) {
    return Math.max(1, (7 * side + 4) / 8);
  }

  /** The choice of a setting's value. */
  public static Resize of(String value) {
    return valueOf(value.toUpperCase(Locale.ROOT));
  }

  /** What is cut out of a picture as it is. */
  public Framing plain() {
    return switch (this) {
      case CROP ->
          (width, height) -> Framing.centred(width, height, sevenEighths(Math.min(width, height)));
      case STRETCH -> Framing.STRETCHED;
      case PAD -> Framing.PADDED;
    };
  }

  /** The longer edge of what is cut out of a picture of this size. */
  int edge(int width, int height) {
    Cut cut = plain().of(width, height);
    return Math.max(cut.width(), cut.height());
  }

  /**
   * A random rectangle of 8 to 100 % of the area, 3:4 to 4:3 wide (Szegedy et al.: Going Deeper
   * with Convolutions, CVPR 2015, section 6, as torchvision draws it: its logarithm is uniform);
   * after ten that do not fit, the largest centred one of an allowed shape.
   */
  static Framing random(Random random) {
    return (width, height) -> {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double area = (LEAST_AREA + (1 - LEAST_AREA) * random.nextDouble()) * width * height;
        double ratio = Math.exp((2 * random.nextDouble() - 1) * Math.log(WIDEST));
        int columns = (int) Math.round(Math.sqrt(area * ratio));
        int rows = (int) Math.round(Math.sqrt(area / ratio));
        if (columns > 0 && rows > 0 && columns <= width && rows <= height) {
          int left = random.nextInt(width - columns + 1);
          return new Cut(left, random.nextInt(height - rows + 1), columns, rows);
        }
      }
      int columns = (int) Math.max(1, Math.min(width, Math.round(height * WIDEST)));
      int rows = (int) Math.max(1, Math.min(height, Math.round(width * WIDEST)));
      return new Cut((width - columns) / 2, (height - rows) / 2, columns, rows);
    };
  }
}
