package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How two measures are associated over the trials: Spearman's rank correlation. Trials share heads
 * and seeds, so no test of significance applies; the result is only a description.
 */
public final class Association implements Rule {
  private static final int FEWEST = 5;
  private static final double WEAK = 0.3;
  private static final double STRONG = 0.7;

  private final Topic topic;
  private final Measure first;
  private final Measure second;

  /** The association of two measures. */
  public Association(Topic topic, Measure first, Measure second) {
    this.topic = topic;
    this.first = first;
    this.second = second;
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    for (TrialEvidence trial : sweep.completed()) {
      Optional<Double> x = first.of(trial);
      Optional<Double> y = second.of(trial);
      if (x.isPresent() && y.isPresent()) {
        xs.add(x.get());
        ys.add(y.get());
      }
    }
    if (xs.size() < FEWEST || constant(xs) || constant(ys)) {
      return Optional.empty();
    }
    double rho = new SpearmansCorrelation().correlation(array(xs), array(ys));
    String strength =
        Math.abs(rho) < WEAK
            ? "are hardly correlated"
            : (Math.abs(rho) < STRONG ? "are weakly correlated" : "are strongly correlated")
                + (rho > 0 ? "" : ", in opposite directions");
    return Optional.of(
        new Finding(
            topic,
            Strength.OBSERVATION,
            String.format(
                    Locale.ROOT,
                    "Over %d trials, %s and %s %s (rank correlation %.2f; trials share heads and"
                        + " seeds, so this is a description and not a"
                        + " test).",
                    xs.size(),
                    first.label(),
                    second.label(),
                    strength,
                    rho)
                .replace('-', '\u2212'),
            List.of(rho, (double) xs.size())));
  }

  private static boolean constant(List<Double> values) {
    return values.stream().distinct().count() < 2;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
