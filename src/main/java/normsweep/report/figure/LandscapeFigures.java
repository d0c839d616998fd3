package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrialLandscape;
import normsweep.record.SweepFolder;

/**
 * The pictures of a sweep's loss surfaces, in its {@code figures/}: {@code landscape-contour},
 * {@code landscape-surface} and {@code landscape-path} with all trials side by side, and the same
 * for each trial alone with its id appended, each as PNG and SVG. Over the whole tail the names
 * begin with {@code landscape-tail}.
 */
public final class LandscapeFigures {
  private static final double WIDTH = 320;
  private static final double HEIGHT = 262;
  private static final int COLUMNS = 3;

  private LandscapeFigures() {}

  /** Draws all pictures on the common scale from the sweep's {@code landscape.json}. */
  public static void write(SweepFolder folder, SweepLandscape shared, List<TrialLandscape> trials)
      throws IOException {
    Path figures = folder.figures();
    String name = "landscape" + shared.settings().over().suffix();
    LossScale scale = LossScale.of(shared.lossMin(), shared.lossMax());
    Function<TrialLandscape, Sheet.Panel> contour =
        trial -> new ContourPanel(trial.label(), trial.surface(), null, scale);
    write(figures, name + "-contour", trials, contour, scale.bar());
    Function<TrialLandscape, Sheet.Panel> surface =
        trial -> new SurfacePanel(trial.label(), trial.surface(), scale);
    write(figures, name + "-surface", trials, surface, null);
    List<TrialLandscape> paths = trials.stream().filter(trial -> trial.path() != null).toList();
    if (!paths.isEmpty()) {
      // A path starts at an untrained head, so its plane needs a separate scale.
      DoubleSummaryStatistics losses =
          paths.stream()
              .map(trial -> trial.path().surface())
              .flatMapToDouble(plane -> DoubleStream.of(plane.min(), plane.max()))
              .summaryStatistics();
      LossScale own = LossScale.of(losses.getMin(), losses.getMax());
      Function<TrialLandscape, Sheet.Panel> path =
          trial -> new ContourPanel(trial.label(), trial.path().surface(), trial.path(), own);
      write(figures, name + "-path", paths, path, own.bar());
    }
  }

  /** Surfaces of a few trials in one row, with a scale of their own; empty if there are none. */
  public static Optional<Figure> sideBySide(List<TrialLandscape> trials) {
    DoubleSummaryStatistics losses =
        trials.stream()
            .map(TrialLandscape::surface)
            .flatMapToDouble(plane -> DoubleStream.of(plane.min(), plane.max()))
            .summaryStatistics();
    LossScale scale = LossScale.of(losses.getMin(), losses.getMax());
    List<SurfacePanel> panels =
        trials.stream()
            .map(
                trial ->
                    new SurfacePanel(
                        trial.label().replaceFirst(", seed \\d+$", ""), trial.surface(), scale))
            .toList();
    return panels.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Figure(
                "landscape",
                "Validation loss around trained heads.",
                new Sheet(panels, panels.size(), HEIGHT, null)));
  }

  private static void write(
      Path figures,
      String name,
      List<TrialLandscape> trials,
      Function<TrialLandscape, Sheet.Panel> panel,
      Sheet.Bar bar)
      throws IOException {
    List<Sheet.Panel> panels = trials.stream().map(panel).toList();
    for (int i = 0; i < panels.size(); i++) {
      draw(figures, name + "-" + trials.get(i).trial(), panels.subList(i, i + 1), bar);
    }
    draw(figures, name, panels, bar);
  }

  private static void draw(Path figures, String name, List<Sheet.Panel> panels, Sheet.Bar bar)
      throws IOException {
    int columns = Math.min(COLUMNS, panels.size());
    Sheet sheet = new Sheet(columns * WIDTH, panels, columns, HEIGHT, bar);
    new Figure(name, "", sheet).render().write(figures);
  }
}
