package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.Curvature.Hessian;
import normsweep.landscape.hessian.ImageSet;
import normsweep.landscape.hessian.Spectrum;
import normsweep.record.Norm;
import normsweep.report.analysis.Digits;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.ParameterNames;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.TrialGroup;

/** The tables of loss surfaces and Hessians, cell by cell. */
final class LandscapeTable {
  /** A value and how far it may be off; 0 if that is unknown. */
  private record Known(double value, double error) {}

  private record HessianColumn(String name, Function<TrialGroup, String> cell) {}

  private static final String DIGITS =
      " Digits end where the residual of an eigenvalue, the standard error of a trace or, over"
          + " seeds, the standard deviation begins.";
  private static final HessianColumn RISE = measure("sharpness (nats)", Measure.SHARPNESS, 1);

  private LandscapeTable() {}

  /** Surfaces and the main numbers of Hessians in one table; empty if there are no surfaces. */
  static Optional<Table> brief(SweepEvidence sweep) {
    if (!probed(sweep)) {
      return surfaces(sweep);
    }
    return Optional.of(
        table(
            "Loss surfaces and Hessians: the largest rise of the loss within the radius; the largest"
                + " eigenvalue λ of the Hessian over all parameters of the head, and the parameter"
                + " that holds most of its eigenvector; λ and the trace over the weights alone; the"
                + " largest λ over all parameters as Adam scales them (training images)."
                + DIGITS,
            sweep,
            RISE,
            largest("largest λ, all", Curvature::all),
            new HessianColumn("eigenvector on", cell -> leading(cell, Curvature::all)),
            largest("largest λ, weights", Curvature::weights),
            trace("trace, weights", Curvature::weights),
            asAdamScales(Curvature::all)));
  }

  /** Loss surfaces; empty if there are none. */
  static Optional<Table> surfaces(SweepEvidence sweep) {
    if (sweep.completed().stream().allMatch(trial -> trial.landscape().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        table(
            "Loss surfaces: largest rise of the loss within the radius, total variation of the grid"
                + " lines relative to that of their convex envelopes, and share of grid points with"
                + " a positive definite local Hessian.",
            sweep,
            RISE,
            measure("roughness", Measure.ROUGHNESS, 1),
            measure("convex (%)", Measure.CONVEX_SHARE, 100)));
  }

  /** Hessians in full; empty if there are none. */
  static Optional<Table> hessians(SweepEvidence sweep) {
    if (!probed(sweep)) {
      return Optional.empty();
    }
    Table all = hessians(sweep, "all", Curvature::all);
    Table weights = hessians(sweep, "weights", Curvature::weights);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < all.rows().size(); i++) {
      rows.add(all.rows().get(i));
      rows.add(weights.rows().get(i));
    }
    return Optional.of(new Table(all.caption(), all.header(), rows));
  }

  private static Table hessians(
      SweepEvidence sweep, String parameters, Function<Curvature, Hessian> part) {
    return table(
        say(
                "Hessians of the saved models' heads, over all parameters and over the weights"
                    + " alone: largest and smallest eigenvalue λ, trace, and the parameter that"
                    + " holds most of the eigenvector of the largest λ, %s; and the largest λ of"
                    + " the Hessian preconditioned as by Adam (Cohen et al. 2022), %s.",
                images(sweep, ImageSet.VALIDATION), images(sweep, ImageSet.TRAINING))
            + DIGITS,
        sweep,
        new HessianColumn("parameters", cell -> parameters),
        largest("largest λ", part),
        smallest("smallest λ", part),
        trace("trace", part),
        new HessianColumn("eigenvector on", cell -> leading(cell, part)),
        asAdamScales(part));
  }

  private static boolean probed(SweepEvidence sweep) {
    return sweep.completed().stream().anyMatch(trial -> trial.geometry().isPresent());
  }

  private static Table table(String caption, SweepEvidence sweep, HessianColumn... columns) {
    List<List<String>> rows = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      List<String> row = new ArrayList<>();
      row.add(cell.label() + Tables.standing(cell.trials()));
      Stream.of(columns).map(column -> column.cell.apply(cell)).forEach(row::add);
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("head, clipping"));
    Stream.of(columns).map(HessianColumn::name).forEach(header::add);
    return new Table(caption, header, rows);
  }

  private static HessianColumn number(String name, Function<TrialEvidence, Optional<Known>> value) {
    return new HessianColumn(name, cell -> text(cell, value, false));
  }

  private static HessianColumn measure(String name, Measure measure, double factor) {
    return number(name, trial -> measure.of(trial).map(value -> new Known(factor * value, 0)));
  }

  private static HessianColumn largest(String name, Function<Curvature, Hessian> part) {
    return number(
        name,
        trial ->
            saved(trial, part)
                .map(Hessian::spectrum)
                .map(found -> new Known(found.largest()[0], found.residuals()[0])));
  }

  private static HessianColumn smallest(String name, Function<Curvature, Hessian> part) {
    return number(
        name,
        trial ->
            saved(trial, part)
                .map(Hessian::spectrum)
                .map(found -> new Known(found.smallest(), found.smallestResidual())));
  }

  private static HessianColumn trace(String name, Function<Curvature, Hessian> part) {
    return new HessianColumn(
        name,
        cell ->
            text(
                cell,
                trial ->
                    saved(trial, part)
                        .map(Hessian::trace)
                        .map(found -> new Known(found.value(), found.error())),
                true));
  }

  private static HessianColumn asAdamScales(Function<Curvature, Hessian> part) {
    return number("as Adam scales them", trial -> adam(trial, part));
  }

  private static Optional<Hessian> saved(TrialEvidence trial, Function<Curvature, Hessian> part) {
    return trial.geometry().map(found -> part.apply(found.savedModel()));
  }

  private static Optional<Known> adam(TrialEvidence trial, Function<Curvature, Hessian> part) {
    return trial.geometry().stream()
        .flatMap(found -> found.curvature().stream())
        .filter(point -> point.saved() && part.apply(point).adam() != null)
        .map(point -> part.apply(point).adam())
        .map(found -> new Known(found.value(), found.residual()))
        .findFirst();
  }

  private static String images(SweepEvidence sweep, ImageSet set) {
    return sweep.completed().stream()
        .flatMap(trial -> trial.geometry().stream())
        .flatMap(found -> found.curvature().stream())
        .filter(point -> point.images() == set)
        .findFirst()
        .map(point -> say("on %d %s images", point.count(), set.id()))
        .orElse("");
  }

  // The parameter with the largest share, averaged over seeds.
  private static String leading(TrialGroup cell, Function<Curvature, Hessian> part) {
    List<Spectrum> spectra =
        cell.trials().stream()
            .flatMap(trial -> saved(trial, part).stream())
            .map(Hessian::spectrum)
            .toList();
    return spectra.stream()
        .flatMap(found -> found.shares().keySet().stream())
        .distinct()
        .map(name -> Map.entry(name, mean(spectra, name)))
        .max(Comparator.comparingDouble(Map.Entry::getValue))
        .map(
            share ->
                say(
                    "%s (%s %%)",
                    ParameterNames.of(share.getKey(), cell.head().norm() == Norm.LAYER_NORM),
                    Digits.of(100 * share.getValue(), 0.5)))
        .orElse(Tables.NONE);
  }

  private static double mean(List<Spectrum> spectra, String name) {
    return spectra.stream()
        .mapToDouble(found -> found.shares().getOrDefault(name, 0.0))
        .average()
        .orElse(0);
  }

  private static String text(
      TrialGroup cell, Function<TrialEvidence, Optional<Known>> value, boolean showError) {
    List<Known> values =
        cell.trials().stream()
            .filter(trial -> trial.row().completed())
            .flatMap(trial -> value.apply(trial).stream())
            .toList();
    return Summary.of(values.stream().map(Known::value).toList())
        .map(
            all -> {
              double error = values.get(0).error();
              return all.n() > 1
                  ? Digits.withError(all.mean(), all.deviation())
                  : showError ? Digits.withError(all.mean(), error) : Digits.of(all.mean(), error);
            })
        .orElse(Tables.NONE);
  }
}
