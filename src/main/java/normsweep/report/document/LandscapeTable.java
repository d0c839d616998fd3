package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import normsweep.landscape.Curvature;
import normsweep.landscape.Spectrum;
import normsweep.record.TrialResult;
import normsweep.report.analysis.Digits;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.TrialGroup;

/** The table of loss surfaces and Hessians. */
final class LandscapeTable {
  /** A value and how far it may be off; 0 if that is unknown. */
  private record Known(double value, double error) {}

  private LandscapeTable() {}

  /** The table; empty if there are no surfaces. */
  static Optional<Table> of(int number, SweepEvidence sweep) {
    if (sweep.completed().stream().allMatch(trial -> trial.landscape().isEmpty())) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      rows.add(
          List.of(
              cell.label() + Tables.standing(cell.trials()),
              measure(cell, Measure.SHARPNESS, 1),
              measure(cell, Measure.ROUGHNESS, 1),
              measure(cell, Measure.CONVEX_SHARE, 100),
              largest(cell, Curvature::weights),
              smallest(cell, Curvature::weights),
              largest(cell, Curvature::all),
              smallest(cell, Curvature::all),
              leading(cell)));
    }
    String caption =
        "Loss surfaces: largest rise of the loss within the radius, total variation of the grid"
            + " lines relative to that of their convex envelopes, share of grid points with a"
            + " positive definite local Hessian; both ends of the Hessian's spectrum, over the"
            + " weights and over all parameters of the head, with the parameter that holds most of"
            + " the eigenvector of the largest eigenvalue. Digits end where the residual of an"
            + " eigenvalue, or the standard deviation over seeds, begins.";
    return Optional.of(
        new Table(
            number,
            caption,
            List.of(
                "head, clipping",
                "sharpness (nats)",
                "roughness",
                "convex (%)",
                "largest λ, weights",
                "smallest λ, weights",
                "largest λ, all",
                "smallest λ, all",
                "eigenvector on"),
            rows));
  }

  private static String measure(TrialGroup cell, Measure measure, double factor) {
    return text(cell, trial -> measure.of(trial).map(value -> new Known(factor * value, 0)));
  }

  private static String largest(TrialGroup cell, Function<Curvature, Curvature.Hessian> part) {
    return text(
        cell,
        trial ->
            spectrum(trial, part)
                .map(found -> new Known(found.largest()[0], found.residuals()[0])));
  }

  private static String smallest(TrialGroup cell, Function<Curvature, Curvature.Hessian> part) {
    return text(
        cell,
        trial ->
            spectrum(trial, part)
                .map(found -> new Known(found.smallest(), found.smallestResidual())));
  }

  private static Optional<Spectrum> spectrum(
      TrialEvidence trial, Function<Curvature, Curvature.Hessian> part) {
    return trial.geometry().map(found -> part.apply(found.savedModel()).spectrum());
  }

  // The parameter with the largest share, averaged over seeds.
  private static String leading(TrialGroup cell) {
    List<Spectrum> spectra =
        cell.trials().stream().flatMap(trial -> spectrum(trial, Curvature::all).stream()).toList();
    return spectra.stream()
        .flatMap(found -> found.shares().keySet().stream())
        .distinct()
        .map(name -> Map.entry(name, mean(spectra, name)))
        .max(Comparator.comparingDouble(Map.Entry::getValue))
        .map(share -> say("%s (%s %%)", share.getKey(), Digits.of(100 * share.getValue(), 0)))
        .orElse(Tables.NONE);
  }

  private static double mean(List<Spectrum> spectra, String name) {
    return spectra.stream()
        .mapToDouble(found -> found.shares().getOrDefault(name, 0.0))
        .average()
        .orElse(0);
  }

  private static String text(TrialGroup cell, Function<TrialEvidence, Optional<Known>> value) {
    List<Known> values =
        cell.trials().stream()
            .filter(trial -> trial.row().status() == TrialResult.Status.COMPLETED)
            .flatMap(trial -> value.apply(trial).stream())
            .toList();
    return Summary.of(values.stream().map(Known::value).toList())
        .map(
            all ->
                all.n() > 1
                    ? Digits.withError(all.mean(), all.deviation())
                    : Digits.of(all.mean(), values.get(0).error()))
        .orElse(Tables.NONE);
  }
}
