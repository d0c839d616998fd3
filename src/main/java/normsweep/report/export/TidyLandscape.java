package normsweep.report.export;

import static normsweep.report.export.TidyRows.with;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.landscape.Landscapes;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.Scope;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.TrajectoryPlane;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.SpectralDensity;
import normsweep.landscape.hessian.Spectrum;
import normsweep.landscape.section.DirectionPairs;
import normsweep.landscape.section.DirectionPairs.DirectionPair;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Sections;
import normsweep.landscape.section.TrialSections;
import normsweep.record.SweepFolder;

/**
 * What was computed about the loss around a trial's saved model, as rows of a tidy table: x and y
 * are coordinates along filter-normalised directions, in filter norms, or x the share of the way to
 * another trial.
 */
final class TidyLandscape {
  private static final String VALIDATION = "validation";
  private static final String TRAINING = "training";

  private final TidyRows rows;

  TidyLandscape(TidyRows rows) {
    this.rows = rows;
  }

  /**
   * Adds what there is of a trial.
   *
   * @param lines those between trials of the sweep
   */
  void add(SweepFolder folder, String trial, List<Interpolation> lines) throws IOException {
    for (Scope over : Scope.values()) {
      Path file = Landscapes.file(folder, trial, over);
      if (Files.exists(file)) {
        add(over, Landscapes.read(file, trial));
      }
    }
    if (Files.exists(Sections.file(folder, trial))) {
      add(Sections.read(Sections.file(folder, trial), trial));
    }
    Path geometry = Landscapes.geometryFile(folder, trial);
    if (Files.exists(geometry)) {
      for (Curvature one : Landscapes.readGeometry(geometry, trial).curvature()) {
        add(one);
      }
    }
    for (Interpolation line : lines) {
      if (line.from().equals(trial)) {
        add(line, TRAINING, line.training());
        add(line, VALIDATION, line.validation());
      }
    }
  }

  private void add(Scope over, TrialLandscape landscape) throws IOException {
    Map<String, Object> place = Map.of("parameter", over.id(), "images", VALIDATION);
    add(place, "surfaceLoss", landscape.surface());
    add(place, landscape.measures());
    if (landscape.path() == null) {
      return;
    }
    for (int i = 0; i < landscape.path().varianceShares().length; i++) {
      double share = landscape.path().varianceShares()[i];
      rows.add(with(place, "bin", i + 1), "pathVarianceShare", "1", share);
    }
    for (TrajectoryPlane.PathPoint point : landscape.path().points()) {
      Map<String, Object> epoch = with(place, "epoch", point.epoch());
      rows.add(epoch, "pathX", "1", point.a());
      rows.add(epoch, "pathY", "1", point.b());
    }
    add(place, "pathLoss", landscape.path().surface());
  }

  private void add(Map<String, Object> place, String measure, LossSurface surface)
      throws IOException {
    PlaneGrid grid = surface.grid();
    for (int j = 0; j < grid.points(); j++) {
      for (int i = 0; i < grid.points(); i++) {
        Map<String, Object> point = with(with(place, "x", grid.a(i)), "y", grid.b(j));
        rows.add(point, measure, "nat", surface.loss()[j][i]);
      }
    }
  }

  private void add(Map<String, Object> place, SurfaceMeasures measures) throws IOException {
    rows.add(place, "sharpness", "nat", measures.sharpness());
    if (measures.roughness() != null) {
      rows.add(place, "roughness", "1", measures.roughness());
    }
    rows.add(place, "positiveDefiniteShare", "1", measures.positiveDefiniteShare());
    rows.add(with(place, "bin", 1), "surfaceCurvature", "nat", measures.curvatures()[0]);
    rows.add(with(place, "bin", 2), "surfaceCurvature", "nat", measures.curvatures()[1]);
  }

  private void add(TrialSections sections) throws IOException {
    Map<String, Object> training = Map.of("parameter", Scope.HEAD.id(), "images", TRAINING);
    add(training, "surfaceLoss", sections.training());
    add(training, sections.onTraining());
    add(with(training, "images", VALIDATION), sections.onValidation());
    Map<String, Object> fit = Map.of("images", TRAINING);
    rows.add(fit, "savedFitLoss", "nat", sections.fit().saved().loss());
    rows.add(fit, "savedFitAccuracy", "1", sections.fit().saved().accuracy());
    if (sections.fit().last() != null) {
      rows.add(fit, "lastFitLoss", "nat", sections.fit().last().loss());
      rows.add(fit, "lastFitAccuracy", "1", sections.fit().last().accuracy());
    }
  }

  private void add(Map<String, Object> place, DirectionPairs pairs) throws IOException {
    for (int p = 0; p < pairs.pairs().size(); p++) {
      DirectionPair pair = pairs.pairs().get(p);
      Map<String, Object> own = with(place, "pair", p + 1);
      for (int i = 0; i < pairs.at().length; i++) {
        rows.add(with(own, "x", pairs.at()[i]), "firstSliceLoss", "nat", pair.first()[i]);
        rows.add(with(own, "y", pairs.at()[i]), "secondSliceLoss", "nat", pair.second()[i]);
      }
      rows.add(own, "basinWidth", "1", pair.width());
      add(own, pair.measures());
    }
  }

  private void add(Curvature curvature) throws IOException {
    Map<String, Object> place =
        Map.of("epoch", curvature.epoch(), "images", curvature.images().id());
    rows.add(place, "hessianLoss", "nat", curvature.loss());
    add(place, "head", curvature.all());
    add(place, "weights", curvature.weights());
  }

  private void add(Map<String, Object> place, String of, Curvature.Hessian hessian)
      throws IOException {
    Spectrum spectrum = hessian.spectrum();
    for (int i = 0; i < spectrum.largest().length; i++) {
      Map<String, Object> rank = with(place, "bin", i + 1);
      rows.add(rank, of + "Eigenvalue", "nat", spectrum.largest()[i]);
      rows.add(rank, of + "EigenvalueResidual", "nat", spectrum.residuals()[i]);
    }
    rows.add(place, of + "LeastEigenvalue", "nat", spectrum.smallest());
    rows.add(place, of + "LeastEigenvalueResidual", "nat", spectrum.smallestResidual());
    for (Map.Entry<String, Double> share : spectrum.shares().entrySet()) {
      Map<String, Object> parameter = with(place, "parameter", share.getKey());
      rows.add(parameter, of + "EigenvectorShare", "1", share.getValue());
    }
    rows.add(place, of + "Trace", "nat", hessian.trace().value());
    rows.add(place, of + "TraceError", "nat", hessian.trace().error());
    if (hessian.adam() != null) {
      rows.add(place, of + "AdamEigenvalue", "nat", hessian.adam().value());
      rows.add(place, of + "AdamEigenvalueResidual", "nat", hessian.adam().residual());
    }
    SpectralDensity density = hessian.density();
    for (int i = 0; density != null && i < density.values().size(); i++) {
      Map<String, Object> node = with(with(place, "bin", i + 1), "x", density.values().get(i));
      rows.add(node, of + "EigenvalueDensity", "1", density.weights().get(i));
    }
  }

  private void add(Interpolation line, String images, Interpolation.Profile profile)
      throws IOException {
    Map<String, Object> place = Map.of("to", line.to(), "images", images);
    for (int i = 0; i < line.alpha().length; i++) {
      Map<String, Object> point = with(place, "x", line.alpha()[i]);
      rows.add(point, "lineLoss", "nat", profile.loss()[i]);
      rows.add(point, "lineAccuracy", "1", profile.accuracy()[i]);
    }
  }
}
