package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import normsweep.landscape.LossSurface;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.section.TrialSections;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

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
  private static final int CELLS = 6;

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
    LossScale rises = rises(trials, sections);
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

  /** The scale of the rises of all surfaces, on validation and training images. */
  static LossScale rises(List<TrialLandscape> trials, List<TrialSections> sections) {
    DoubleSummaryStatistics rises =
        DoubleStream.concat(
                trials.stream().flatMapToDouble(one -> ends(one.surface(), one.centreLoss())),
                sections.stream()
                    .flatMapToDouble(one -> ends(one.training(), one.trainingCentre())))
            .summaryStatistics();
    return LossScale.rises(rises.getMin(), rises.getMax());
  }

  private static DoubleStream ends(LossSurface surface, double centre) {
    return DoubleStream.of(surface.min() - centre, surface.max() - centre);
  }

  /**
   * Surfaces as figures of the report: on one scale, and also on scales of their own if some are
   * nearly empty on that.
   */
  static Stream<Figure> surfaces(SweepEvidence sweep) {
    List<Surfaced> shown = shown(sweep);
    return Stream.of(surfaces(sweep, shown, false), surfaces(sweep, shown, true))
        .flatMap(Optional::stream);
  }

  private static List<Surfaced> shown(SweepEvidence sweep) {
    List<Surfaced> shown = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.atMost(sweep, CELLS)) {
      cell.trials().stream()
          .filter(trial -> trial.row().completed() && trial.landscape().isPresent())
          .findFirst()
          .ifPresent(trial -> shown.add(new Surfaced(cell, trial)));
    }
    return shown;
  }

  /** A cell's first trial with a surface. */
  private record Surfaced(TrialGroup cell, TrialEvidence trial) {
    TrialLandscape landscape() {
      return trial.landscape().orElseThrow();
    }
  }

  // On training images first.
  private static Optional<Figure> surfaces(
      SweepEvidence sweep, List<Surfaced> shown, boolean ownScales) {
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    List<TrialSections> sections =
        shown.stream().flatMap(one -> one.trial.sections().stream()).toList();
    LossScale shared = rises(shown.stream().map(Surfaced::landscape).toList(), sections);
    List<HeadKind> heads = shown.stream().map(one -> one.cell.head()).distinct().toList();
    List<Integer> clips = shown.stream().map(one -> one.cell.clipNumber()).distinct().toList();
    // Heads side by side and clipping choices below each other, or the other way round.
    boolean byHead = heads.size() >= clips.size();
    int columns = byHead ? heads.size() : Math.min(COLUMNS, clips.size());
    List<Optional<Surfaced>> places = new ArrayList<>();
    for (int row = 0; row < (byHead ? clips : heads).size(); row++) {
      for (int column = 0; column < (byHead ? heads : clips).size(); column++) {
        HeadKind head = heads.get(byHead ? column : row);
        int clip = clips.get(byHead ? row : column);
        places.add(
            shown.stream()
                .filter(one -> one.cell.head().equals(head) && one.cell.clipNumber() == clip)
                .findFirst());
      }
      while (places.size() % columns > 0) {
        places.add(Optional.empty());
      }
    }
    List<Sheet.Panel> panels = new ArrayList<>();
    boolean empty = false;
    for (boolean training : sections.isEmpty() ? new boolean[1] : new boolean[] {true, false}) {
      for (Optional<Surfaced> place : places) {
        Optional<Rise> found = place.flatMap(one -> rise(one, training));
        empty |= found.filter(one -> one.most() < shared.levels()[shared.bands() / 2]).isPresent();
        String b = (training ? "training" : "validation") + ", b";
        String label = panels.size() % columns == 0 ? b : null;
        panels.add(
            found
                .<Sheet.Panel>map(one -> one.panel(ownScales ? one.ownScale() : shared, label))
                .orElse((graphics, area) -> {}));
      }
    }
    if (ownScales && !empty) {
      return Optional.empty();
    }
    int validationImages = shown.get(0).landscape().images();
    String images =
        sections.isEmpty()
            ? say("%d validation images", validationImages)
            : say(
                "%d training images (not augmented) and %d validation images",
                sections.get(0).trainingImages(), validationImages);
    String caption =
        say(
                "Loss of trained heads on %s along two filter-normalised random directions%s: rise in"
                    + " nats above the saved model (cross), in inference mode. ",
                images, sweep.seeds().size() > 1 ? ", first seed" : "")
            + (ownScales
                ? "Each panel has its own colours and evenly spaced isolines; only their labels can"
                    + " be compared between panels."
                : "All panels share colours and isolines, whose steps are about a factor of two.");
    Sheet.Bar bar = ownScales ? null : shared.bar();
    Sheet sheet = new Sheet(panels, columns, columns == 1 ? 240 : 150, bar);
    return Optional.of(new Figure(ownScales ? "loss-surface-own" : "loss-surface", caption, sheet));
  }

  /** A surface as its rise above the centre. */
  private record Rise(String title, LossSurface surface, double centre) {
    double most() {
      return surface.max() - centre;
    }

    LossScale ownScale() {
      return LossScale.ownRises(surface.min() - centre, most());
    }

    Sheet.Panel panel(LossScale scale, String b) {
      return ContourPanel.ofRise(title, surface, centre, scale, "a", b);
    }
  }

  private static Optional<Rise> rise(Surfaced one, boolean training) {
    String title = one.cell.label();
    TrialLandscape own = one.landscape();
    return training
        ? one.trial
            .sections()
            .map(found -> new Rise(title, found.training(), found.trainingCentre()))
        : Optional.of(new Rise(title, own.surface(), own.centreLoss()));
  }

  /** The optimiser's paths as a figure of the report. */
  static Optional<Figure> paths(SweepEvidence sweep) {
    List<Surfaced> moving =
        shown(sweep).stream().filter(one -> one.landscape().path() != null).toList();
    if (moving.isEmpty()) {
      return Optional.empty();
    }
    DoubleSummaryStatistics losses =
        moving.stream()
            .map(one -> one.landscape().path().surface())
            .flatMapToDouble(plane -> DoubleStream.of(plane.min(), plane.max()))
            .summaryStatistics();
    LossScale scale = LossScale.of(losses.getMin(), losses.getMax());
    List<Sheet.Panel> panels = new ArrayList<>();
    for (Surfaced one : moving) {
      TrialLandscape.Path path = one.landscape().path();
      double[] shares = path.varianceShares();
      panels.add(
          new ContourPanel(
              one.cell.label(),
              path.surface(),
              path,
              scale,
              say("1st direction (%.0f %% of variance)", 100 * shares[0]),
              say("2nd (%.0f %%)", 100 * shares[1]),
              false));
    }
    String caption =
        say(
                "Path of the head's parameters over the epochs, along the first two principal directions"
                    + " of each trajectory, and the loss there on %d validation images, with the"
                    + " trainable block as saved. The cross marks the saved model",
                moving.get(0).landscape().images())
            + SweepFigures.firstSeedNote(sweep);
    return Optional.of(
        new Figure(
            "loss-path", caption, new Sheet(panels, Math.min(3, panels.size()), 130, scale.bar())));
  }
}
