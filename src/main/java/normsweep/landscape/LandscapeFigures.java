package normsweep.landscape;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import normsweep.record.SweepFolder;
import org.jfree.chart.JFreeChart;

/**
 * The pictures of a sweep's loss surfaces, in its {@code figures/}: {@code landscape-contour},
 * {@code landscape-surface} and {@code landscape-path} with all trials side by side, the same for
 * each trial alone with its id behind, each as PNG and SVG, and {@code landscape.html}. Over the
 * whole tail the names begin with {@code landscape-tail}.
 */
public final class LandscapeFigures {
  private static final int CELL = 380;
  private static final int LEGEND = 90;
  private static final int COLUMNS = 3;
  // A trial's own picture: small against its letters, for three stand side by side in a report.
  private static final int ALONE_WIDTH = 400;
  private static final int ALONE_HEIGHT = 310;

  private LandscapeFigures() {}

  /** Draws everything; the sweep's {@code landscape.json} gives the one scale for all. */
  public static void write(SweepFolder folder, SweepLandscape shared, List<TrialLandscape> trials)
      throws IOException {
    Path figures = folder.figures();
    String name = "landscape" + shared.settings().over().suffix();
    LossScale scale = LossScale.of(shared.lossMin(), shared.lossMax());
    contours(figures, name + "-contour", trials, scale);
    surfaces(figures, name + "-surface", trials, scale);
    List<TrialLandscape> paths = trials.stream().filter(trial -> trial.path() != null).toList();
    if (!paths.isEmpty()) {
      paths(figures, name + "-path", paths);
    }
    InteractivePage.write(figures.resolve(name + ".html"), shared, trials, scale);
  }

  private static void contours(
      Path figures, String name, List<TrialLandscape> trials, LossScale scale) throws IOException {
    charts(
        figures,
        name,
        trials,
        (trial, legend) -> ContourChart.surface(trial.label(), trial.surface(), scale, legend));
  }

  // A path starts where the head knows nothing, so its plane has a scale of its own; shared again.
  private static void paths(Path figures, String name, List<TrialLandscape> trials)
      throws IOException {
    LossScale scale =
        LossScale.of(
            trials.stream().mapToDouble(trial -> trial.path().surface().min()).min().orElseThrow(),
            trials.stream().mapToDouble(trial -> trial.path().surface().max()).max().orElseThrow());
    charts(
        figures,
        name,
        trials,
        (trial, legend) -> ContourChart.path(trial.label(), trial.path(), scale, legend));
  }

  /** Makes the chart of a trial, with the colours' legend or without. */
  @FunctionalInterface
  private interface Charts {
    JFreeChart of(TrialLandscape trial, boolean legend);
  }

  private static void charts(Path figures, String name, List<TrialLandscape> trials, Charts charts)
      throws IOException {
    for (TrialLandscape trial : trials) {
      FigureFile.write(
          figures,
          name + "-" + trial.trial(),
          ALONE_WIDTH,
          ALONE_HEIGHT,
          charts.of(trial, true)::draw);
    }
    sideBySide(
        figures,
        name,
        trials,
        trial -> {
          JFreeChart chart = charts.of(trial, true);
          return chart::draw;
        });
  }

  private static void surfaces(
      Path figures, String name, List<TrialLandscape> trials, LossScale scale) throws IOException {
    for (TrialLandscape trial : trials) {
      int stride = Math.max(1, (trial.surface().grid().points() - 1) / 50);
      SurfaceDrawing drawing = new SurfaceDrawing(trial.surface(), scale, stride);
      FigureFile.write(
          figures,
          name + "-" + trial.trial(),
          ALONE_WIDTH,
          ALONE_HEIGHT,
          (g, area) -> drawing.draw(g, area, trial.label()));
    }
    sideBySide(
        figures,
        name,
        trials,
        trial -> {
          int stride = Math.max(1, (trial.surface().grid().points() - 1) / 25);
          SurfaceDrawing drawing = new SurfaceDrawing(trial.surface(), scale, stride);
          return (g, area) -> drawing.draw(g, area, trial.label());
        });
  }

  private static void sideBySide(
      Path figures,
      String name,
      List<TrialLandscape> trials,
      Function<TrialLandscape, FigureFile.Drawing> drawings)
      throws IOException {
    int columns = Math.min(COLUMNS, trials.size());
    int rows = (trials.size() + columns - 1) / columns;
    int width = CELL + LEGEND;
    FigureFile.write(
        figures,
        name,
        columns * width,
        rows * CELL,
        (g, area) -> {
          for (int k = 0; k < trials.size(); k++) {
            int x = k % columns * width;
            int y = k / columns * CELL;
            drawings.apply(trials.get(k)).draw(g, new Rectangle2D.Double(x, y, width, CELL));
          }
        });
  }
}
