package normsweep.report.figure;

import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.data.Augmentation;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Exploration;
import normsweep.data.Split;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.SymbolAxis;

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

  /**
   * Sample images, their augmentation and the number of images per class of a sweep; empty if this
   * machine's cache lacks CIFAR-10 or the sweep used another edition of it.
   */
  static Optional<Figure> of(SweepEvidence sweep) {
    if (sweep.completed().isEmpty() || sweep.results().data() == null) {
      return Optional.empty();
    }
    Optional<Cifar10> found = Cifar10.cached(Caches.root());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Cifar10 data = found.get()) {
      return data.sha256().equals(sweep.results().data().sha256())
          ? Optional.of(figure(sweep.config().data(), data.labels(), data::image))
          : Optional.empty();
    }
  }

  /** The same of given images. */
  static Figure figure(SweepConfig.Data parts, int[] labels, IntFunction<byte[]> images) {
    Split split =
        Split.stratified(
            labels, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
    int views = parts.padding() > 0 || parts.flip() ? Math.min(2, parts.views()) : 0;
    Augmentation augmentation = Augmentation.of(parts.padding(), parts.flip(), parts.splitSeed());
    List<List<byte[]>> columns = new ArrayList<>();
    for (int label = 0; label < Cifar10.CLASSES; label++) {
      int[] own = ofClass(split.train(), labels, label).limit(4L - views).toArray();
      List<byte[]> column = new ArrayList<>();
      Arrays.stream(own).mapToObj(images).forEach(column::add);
      for (int view = 0; view < views && own.length > 0; view++) {
        int last = own[own.length - 1];
        column.add(augmentation.draw(images.apply(last), view, last));
      }
      columns.add(column);
    }
    String caption =
        "Training images of each class"
            + (views == 0
                ? ""
                : views == 1
                    ? "; the last row is the augmentation of the image above it"
                    : "; the last two rows are augmentations of the image above them")
            + ". Right: number of images per class in this sweep.";
    List<Line> bars = new ArrayList<>();
    bars.addAll(bars("training", Palette.SKY, 0.26, split.train(), labels));
    bars.addAll(bars("validation", Palette.ORANGE, 0, split.validation(), labels));
    bars.addAll(bars("test", Palette.GREY, -0.26, split.test(), labels));
    return new Figure(
        "data-sample", caption, new Sheet(List.of(new SamplePanel(columns, bars)), 1, 184, null));
  }

  private static IntStream ofClass(int[] indices, int[] labels, int label) {
    return Arrays.stream(indices).filter(index -> labels[index] == label);
  }

  // Bars are thick lines; only the first is in the legend.
  private static List<Line> bars(
      String name, Color color, double shift, int[] indices, int[] labels) {
    LineStyle style = new LineStyle(color, LineStyle.stroke(3.2f), null);
    return IntStream.range(0, Cifar10.CLASSES)
        .mapToObj(
            label -> {
              double place = Cifar10.CLASSES - 1 - label + shift;
              Line.Point end = new Line.Point(ofClass(indices, labels, label).count(), place);
              return new Line(name, style, List.of(new Line.Point(0, place), end));
            })
        .toList();
  }

  /** Images, a column per class, beside bars. */
  record SamplePanel(List<List<byte[]>> columns, List<Line> bars) implements Sheet.Panel {
    private static final double LEFT = 0.62;
    private static final double MARGIN = 4;
    private static final double GAP = 2;
    private static final double HEADING = 16;
    private static final int ENLARGED = 3 * PictureGrid.SIDE;

    @Override
    public List<Line> legend() {
      return bars;
    }

    @Override
    public void draw(Graphics2D graphics, Rectangle2D area) {
      double step = (LEFT * area.getWidth() - MARGIN) / columns.size();
      for (int label = 0; label < columns.size(); label++) {
        double left = area.getX() + MARGIN + label * step;
        graphics.setPaint(Palette.INK);
        graphics.setFont(Fonts.SANS.awt(7.8f));
        double middle = left + (step - GAP) / 2;
        Sheet.centre(graphics, Cifar10.CLASS_NAMES.get(label), middle, area.getY() + 11);
        double top = area.getY() + HEADING;
        for (byte[] image : columns.get(label)) {
          BufferedImage picture = new BufferedImage(ENLARGED, ENLARGED, BufferedImage.TYPE_INT_RGB);
          PictureGrid.drawTile(picture, image, 0, 0);
          AffineTransform place = AffineTransform.getTranslateInstance(left, top);
          place.scale((step - GAP) / ENLARGED, (step - GAP) / ENLARGED);
          graphics.drawImage(picture, place, null);
          top += step;
        }
      }
      String[] names = Cifar10.CLASS_NAMES.toArray(String[]::new);
      Collections.reverse(Arrays.asList(names));
      SymbolAxis y = Axes.named(names, 8.5f);
      y.setRange(-0.6, names.length - 0.4);
      double most = bars.stream().mapToDouble(bar -> bar.points().get(1).x()).max().orElse(1);
      LinePanel chart = new LinePanel("", Axes.linear("images", 0, 1.04 * most), y, bars);
      double left = LEFT * area.getWidth() + 6;
      chart.draw(
          graphics,
          new Rectangle2D.Double(
              area.getX() + left, area.getY(), area.getWidth() - left, area.getHeight()));
    }
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
