package normsweep.report.figure;

import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.data.Augmentation;
import normsweep.data.Cifar10;
import normsweep.data.Exploration;
import normsweep.data.Split;
import normsweep.record.Records;

/** Pictures of training images, with and without augmentation. */
public final class SampleFigures {
  /** Samples per class in {@code samples.png}. */
  private static final int SAMPLES = 10;

  /** Augmentation draws beside each original in {@code augmented.png}. */
  private static final int DRAWS = 8;

  private static final String SAMPLES_PNG = "samples.png";
  private static final String AUGMENTED_PNG = "augmented.png";

  private SampleFigures() {}

  /**
   * Explores a split and writes {@code exploration.json}, {@code samples.png} and {@code
   * augmented.png} into {@code folder}. Equal arguments give equal files.
   *
   * @param augmentation shown beside originals
   * @throws NormSweepException failed if {@code folder} cannot be written
   */
  public static Exploration explore(
      Cifar10 data, Split split, Augmentation augmentation, Path folder) {
    Exploration found = Exploration.of(data, split, List.of(SAMPLES_PNG, AUGMENTED_PNG));
    Map<String, List<byte[]>> first =
        rows(data, split, SAMPLES, index -> Stream.of(data.image(index)));
    PictureGrid samples =
        new PictureGrid("CIFAR-10: training images of each class", SAMPLES, List.of(), first);
    List<String> headings =
        Stream.concat(Stream.of("original"), draws(view -> "view " + view)).toList();
    IntFunction<Stream<byte[]>> views =
        index ->
            Stream.concat(
                Stream.of(data.image(index)),
                draws(view -> augmentation.draw(data.image(index), view, index)));
    Map<String, List<byte[]>> drawn = rows(data, split, 1, views);
    PictureGrid augmented =
        new PictureGrid(
            "CIFAR-10: training images and augmented views", DRAWS + 1, headings, drawn);
    try {
      AtomicFiles.write(folder.resolve(SAMPLES_PNG), out -> out.write(Figure.png(samples.draw())));
      AtomicFiles.write(
          folder.resolve(AUGMENTED_PNG), out -> out.write(Figure.png(augmented.draw())));
      Records.writeJson(folder.resolve("exploration.json"), found);
    } catch (IOException e) {
      throw NormSweepException.unwritable("The folder " + folder, e);
    }
    return found;
  }

  private static <T> Stream<T> draws(IntFunction<T> draw) {
    return IntStream.range(0, DRAWS).mapToObj(draw);
  }

  // One row per class, of its first training images.
  private static Map<String, List<byte[]>> rows(
      Cifar10 data, Split split, int most, IntFunction<Stream<byte[]>> views) {
    Map<String, List<byte[]>> rows = new LinkedHashMap<>();
    for (int label = 0; label < Cifar10.CLASS_NAMES.size(); label++) {
      int wanted = label;
      rows.put(
          Cifar10.CLASS_NAMES.get(label),
          Arrays.stream(split.train())
              .filter(index -> data.label(index) == wanted)
              .limit(most)
              .mapToObj(views)
              .flatMap(Function.identity())
              .toList());
    }
    return rows;
  }

  /**
   * A picture of labelled rows of CIFAR-10 images, enlarged pixel by pixel.
   *
   * @param headings above the columns; empty for none
   * @param rows at most {@code columns} images by label, from top to bottom
   */
  record PictureGrid(
      String title, int columns, List<String> headings, Map<String, List<byte[]>> rows) {
    private static final int SIDE = 32;
    private static final int SCALE = 3;
    private static final int TILE = SIDE * SCALE;
    private static final int GAP = 6;
    private static final int MARGIN = 24;
    private static final int LABEL_WIDTH = 136;
    private static final int TITLE_HEIGHT = 48;
    private static final int HEADING_HEIGHT = 28;

    BufferedImage draw() {
      int top = MARGIN + TITLE_HEIGHT + (headings.isEmpty() ? 0 : HEADING_HEIGHT);
      int width = left(columns) - GAP + MARGIN;
      int height = top + rows.size() * (TILE + GAP) - GAP + MARGIN;
      BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = picture.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setColor(Palette.INK);
      graphics.setFont(Fonts.SANS.awt(24));
      graphics.drawString(title, MARGIN, MARGIN + 22);
      graphics.setFont(Fonts.SANS.awt(17));
      FontMetrics metrics = graphics.getFontMetrics();
      for (int column = 0; column < headings.size(); column++) {
        String text = headings.get(column);
        int x = left(column) + (TILE - metrics.stringWidth(text)) / 2;
        graphics.drawString(text, x, top - 9);
      }
      int y = top;
      for (Map.Entry<String, List<byte[]>> row : rows.entrySet()) {
        int baseline = y + (TILE + metrics.getAscent() - metrics.getDescent()) / 2;
        graphics.drawString(row.getKey(), MARGIN, baseline);
        int column = 0;
        for (byte[] image : row.getValue()) {
          drawTile(picture, image, left(column++), y);
        }
        y += TILE + GAP;
      }
      graphics.dispose();
      return picture;
    }

    /** Left edge of a column of images. */
    static int left(int column) {
      return MARGIN + LABEL_WIDTH + column * (TILE + GAP);
    }

    private static void drawTile(BufferedImage picture, byte[] image, int left, int top) {
      for (int y = 0; y < TILE; y++) {
        for (int x = 0; x < TILE; x++) {
          for (int band = 0; band < 3; band++) {
            int value = Byte.toUnsignedInt(image[(band * SIDE + y / SCALE) * SIDE + x / SCALE]);
            picture.getRaster().setSample(left + x, top + y, band, value);
          }
        }
      }
    }
  }
}
