package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

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
import normsweep.data.Exploration;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.data.picture.ImageSources;
import normsweep.record.DataSettings;
import normsweep.record.Records;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.SymbolAxis;

/** Pictures of training images, with and without augmentation. */
public final class SampleFigures {
  /** Samples per class in {@code samples.png}. */
  private static final int SAMPLES = 10;

  /** Augmentation draws beside each original in {@code augmented.png}. */
  private static final int DRAWS = 8;

  /** Classes in the report's figure. */
  private static final int COLUMNS = 10;

  /** Classes in {@code samples.png} and {@code augmented.png}: the first ones. */
  private static final int ROWS = 100;

  private static final String SAMPLES_PNG = "samples.png";
  private static final String AUGMENTED_PNG = "augmented.png";

  private SampleFigures() {}

  /**
   * Explores a split and writes {@code exploration.json}, {@code samples.png} and {@code
   * augmented.png} into {@code folder}. Equal arguments give equal files.
   *
   * @throws NormSweepException failed if {@code folder} cannot be written
   */
  public static Exploration explore(ImageSource data, Split split, Pixels pixels, Path folder) {
    Exploration found = Exploration.of(data, pixels, split, List.of(SAMPLES_PNG, AUGMENTED_PNG));
    Map<String, List<byte[]>> first =
        rows(data, split, SAMPLES, index -> Stream.of(pixels.plain(index)));
    PictureGrid samples =
        new PictureGrid(data.name() + ": training images of each class", SAMPLES, List.of(), first);
    List<String> headings =
        Stream.concat(Stream.of("original"), draws(view -> "view " + view)).toList();
    IntFunction<Stream<byte[]>> views =
        index ->
            Stream.concat(Stream.of(pixels.plain(index)), draws(view -> pixels.view(index, view)));
    Map<String, List<byte[]>> drawn = rows(data, split, 1, views);
    PictureGrid augmented =
        new PictureGrid(
            data.name() + ": training images and augmented views", DRAWS + 1, headings, drawn);
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
   * machine lacks them or they are no longer the same.
   */
  static Optional<Figure> of(SweepEvidence sweep) {
    if (sweep.completed().isEmpty() || sweep.results().data() == null) {
      return Optional.empty();
    }
    DataSettings parts = sweep.config().data();
    Optional<ImageSource> found = ImageSources.present(parts, sweep.results().data().sha256());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (ImageSource data = found.get()) {
      return Optional.of(figure(data, parts));
    }
  }

  /** The same of given images. */
  static Figure figure(ImageSource data, DataSettings parts) {
    Split split = data.split(parts);
    Pixels pixels = data.pixels(parts);
    int[] labels = data.labels();
    int[] shown = shown(data.classes().size());
    int views = pixels.augmentation().isEmpty() ? 0 : Math.min(2, parts.views());
    List<List<byte[]>> columns = new ArrayList<>();
    for (int label : shown) {
      int[] own = ofClass(split.train(), labels, label).limit(4L - views).toArray();
      List<byte[]> column = new ArrayList<>();
      Arrays.stream(own).mapToObj(pixels::plain).forEach(column::add);
      for (int view = 0; view < views && own.length > 0; view++) {
        column.add(pixels.view(own[own.length - 1], view));
      }
      columns.add(column);
    }
    String caption =
        (shown.length < data.classes().size()
                ? say("Training images of %d of %d classes", shown.length, data.classes().size())
                : "Training images of each class")
            + (views == 0
                ? ""
                : views == 1
                    ? "; the last row is the augmentation of the image above it"
                    : "; the last two rows are augmentations of the image above them")
            + ". Right: number of images per class in this sweep.";
    List<Line> bars = new ArrayList<>();
    bars.addAll(bars("training", Palette.SKY, 0.26, split.train(), labels, shown));
    bars.addAll(bars("validation", Palette.ORANGE, 0, split.validation(), labels, shown));
    bars.addAll(bars("test", Palette.GREY, -0.26, split.test(), labels, shown));
    List<String> names = Arrays.stream(shown).mapToObj(data.classes()::get).toList();
    return new Figure(
        "data-sample",
        caption,
        new Sheet(List.of(new SamplePanel(names, columns, bars)), 1, 184, null));
  }

  /** Classes spread evenly over all, as many as have room. */
  private static int[] shown(int classes) {
    int count = Math.min(COLUMNS, classes);
    return IntStream.range(0, count).map(i -> i * classes / count).toArray();
  }

  private static IntStream ofClass(int[] indices, int[] labels, int label) {
    return Arrays.stream(indices).filter(index -> labels[index] == label);
  }

  // Bars are thick lines; only the first is in the legend.
  private static List<Line> bars(
      String name, Color color, double shift, int[] indices, int[] labels, int[] shown) {
    LineStyle style = new LineStyle(color, LineStyle.stroke(3.2f), null);
    return IntStream.range(0, shown.length)
        .mapToObj(
            row -> {
              double place = shown.length - 1 - row + shift;
              Line.Point end = new Line.Point(ofClass(indices, labels, shown[row]).count(), place);
              return new Line(name, style, List.of(new Line.Point(0, place), end));
            })
        .toList();
  }

  /** Images, a column per class, beside bars. */
  record SamplePanel(List<String> classes, List<List<byte[]>> columns, List<Line> bars)
      implements Sheet.Panel {
    private static final double LEFT = 0.62;
    private static final double MARGIN = 4;
    private static final double GAP = 2;
    private static final double HEADING = 16;

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
        String name = Sheet.cut(graphics, classes.get(label), step - GAP);
        Sheet.centre(graphics, name, middle, area.getY() + 11);
        double top = area.getY() + HEADING;
        for (byte[] image : columns.get(label)) {
          int enlarged = Math.max(PictureGrid.TILE, PictureGrid.side(image));
          BufferedImage picture = new BufferedImage(enlarged, enlarged, BufferedImage.TYPE_INT_RGB);
          PictureGrid.drawTile(picture, image, 0, 0, enlarged);
          AffineTransform place = AffineTransform.getTranslateInstance(left, top);
          place.scale((step - GAP) / enlarged, (step - GAP) / enlarged);
          graphics.drawImage(picture, place, null);
          top += step;
        }
      }
      String[] names = classes.stream().map(Sheet::cut).toArray(String[]::new);
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
      ImageSource data, Split split, int most, IntFunction<Stream<byte[]>> views) {
    Map<String, List<byte[]>> rows = new LinkedHashMap<>();
    int[] labels = data.labels();
    for (int label = 0; label < Math.min(ROWS, data.classes().size()); label++) {
      rows.put(
          data.classes().get(label),
          ofClass(split.train(), labels, label)
              .limit(most)
              .mapToObj(views)
              .flatMap(Function.identity())
              .toList());
    }
    return rows;
  }

  /**
   * A picture of labelled rows of square images; those of 32 pixels are enlarged pixel by pixel.
   *
   * @param headings above the columns; empty for none
   * @param rows at most {@code columns} images by label, from top to bottom
   */
  record PictureGrid(
      String title, int columns, List<String> headings, Map<String, List<byte[]>> rows) {
    private static final int TILE = 96;
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
        graphics.drawString(Sheet.cut(row.getKey()), MARGIN, baseline);
        int column = 0;
        for (byte[] image : row.getValue()) {
          drawTile(picture, image, left(column++), y, TILE);
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

    private static int side(byte[] image) {
      return (int) Math.sqrt(image.length / 3.0);
    }

    private static void drawTile(BufferedImage picture, byte[] image, int left, int top, int tile) {
      int side = side(image);
      for (int y = 0; y < tile; y++) {
        for (int x = 0; x < tile; x++) {
          for (int band = 0; band < 3; band++) {
            int from = (band * side + y * side / tile) * side + x * side / tile;
            int value = Byte.toUnsignedInt(image[from]);
            picture.getRaster().setSample(left + x, top + y, band, value);
          }
        }
      }
    }
  }
}
