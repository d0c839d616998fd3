package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.section.TrialSections;
import normsweep.record.SweepFolder;

/**
 * The pictures of a sweep's loss surfaces, in its {@code figures/}: {@code landscape-contour},
 * {@code landscape-contour-training}, {@code landscape-surface} and {@code landscape-path} with all
 * trials side by side, and the same for each trial alone with its id appended, each as PNG and SVG.
 * Over the whole tail the names begin with {@code landscape-tail}.
 */
public final class LandscapeFigures {
  private static final double WIDTH = 320;
  private static final double HEIGHT = 262;
  private static final int COLUMNS = 3;

  private LandscapeFigures() {}

  /**
   * Draws all pictures: contours of the rise above the saved model on one scale, surfaces on the
   * common scale from the sweep's {@code landscape.json}.
   *
   * @param sections the same trials' loss on training images; empty for none
   */
  public static void write(
      SweepFolder folder,
      SweepLandscape shared,
      List<TrialLandscape> trials,
      List<TrialSections> sections)
      throws IOException {
    Path figures = folder.figures();
    String name = "landscape" + shared.settings().over().suffix();
    LossScale scale = LossScale.of(shared.lossMin(), shared.lossMax());
    LossScale rises = SectionFigures.rises(trials, sections);
    Function<TrialLandscape, Sheet.Panel> contour =
        trial ->
            ContourPanel.ofRise(
                trial.label(),
                trial.surface(),
                trial.centreLoss(),
                rises,
                "first direction, a (filter norms)",
                "second direction, b (filter norms)");
    write(figures, name + "-contour", trials, contour, rises.bar());
    if (sections.size() == trials.size()) {
      Function<TrialLandscape, Sheet.Panel> training =
          trial -> {
            TrialSections own = sections.get(trials.indexOf(trial));
            return ContourPanel.ofRise(
                trial.label() + ": training",
                own.training(),
                own.trainingCentre(),
                rises,
                "first direction, a (filter norms)",
                "second direction, b (filter norms)");
          };
      write(figures, name + "-contour-training", trials, training, rises.bar());
    }
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
