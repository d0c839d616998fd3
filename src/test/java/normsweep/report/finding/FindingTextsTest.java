package normsweep.report.finding;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Topic;
import normsweep.report.finding.Findings.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each rule's sentence in full, with its strength and numbers, and each guideline: of one seed, of
 * clear differences, of differences in the noise, of a lead over some heads only, of a large change
 * in one seed, of no completed trial.
 */
class FindingTextsTest {
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);
  private static final Clip ONE = Clip.globalNorm(1);

  @TempDir Path root;

  private int sweeps;

  private static String texts(SweepEvidence sweep) {
    Contrasts contrasts = Contrasts.of(sweep);
    Rules rules = new Rules(sweep, contrasts);
    Stream<String> findings =
        Stream.of(
                SweepFindings.sampleSize(sweep, contrasts),
                rules.chosen(Measure.TEST_ACCURACY),
                rules.heads(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE),
                rules.heads(Topic.CONVERGENCE, Measure.EPOCHS_TO_95),
                ClippingFindings.course(sweep, ONE),
                contrasts
                    .clipping(Measure.TEST_ACCURACY, LAYER, ONE)
                    .filter(one -> one.verdict() != Verdict.UNKNOWN)
                    .map(ClippingFindings::effect),
                MechanismFindings.factor(sweep, contrasts, ONE),
                rules.clipping(Topic.CLIPPING, Measure.VALIDATION_LOSS, ONE),
                ClippingFindings.interaction(contrasts.interactions(Measure.TEST_ACCURACY, ONE)),
                rules.clipping(Topic.STABILITY, Measure.LARGEST_DROP, ONE),
                SweepFindings.failedTrials(sweep),
                GradientFindings.decay(sweep),
                rules.heads(Topic.GRADIENTS, Measure.SMOOTHNESS),
                GradientFindings.largestParameters(sweep),
                SweepFindings.association(
                    sweep, Topic.LANDSCAPE, Measure.SHARPNESS, Measure.TEST_ACCURACY))
            .flatMap(Optional::stream)
            .map(
                finding ->
                    finding.topic()
                        + " "
                        + finding.strength()
                        + ": "
                        + finding.text()
                        + numbers(finding));
    Stream<String> guidelines =
        Recommendations.of(sweep, contrasts).stream().map(text -> "GUIDELINE: " + text);
    Stream<String> answers =
        Answers.of(sweep, sweep, contrasts, List.of(ONE)).stream()
            .map(one -> "ANSWER " + one.strength() + ": " + one.question() + " " + one.text());
    return Stream.of(findings, guidelines, answers)
        .flatMap(Function.identity())
        .map(line -> line + "\n")
        .collect(joining());
  }

  private static String numbers(Finding finding) {
    return finding.numbers().stream()
        .map(number -> String.format(Locale.ROOT, "%.5f", number))
        .collect(joining(" ", " [", "]"));
  }

  private SweepEvidence sweep(int seeds, double gradients, ToDoubleFunction<Trial> accuracy) {
    return SweepEvidence.read(
        MadeUpSweep.quick()
            .epochs(6)
            .seeds(IntStream.rangeClosed(1, seeds).mapToObj(Long::valueOf).toArray(Long[]::new))
            .accuracy(accuracy)
            .gradientScale(t -> t.norm() == Norm.BATCH_NORM ? 2.5 * gradients : gradients)
            .wobble(t -> t.clip().active() ? 0.01 : 0.03)
            .landscapes(t -> 2 + t.seed() + number(t.norm()))
            .status("filter-response-norm.clip-1.0.seed-1", TrialResult.Status.FAILED)
            .write(root.resolve("sweep " + sweeps++)));
  }

  private static double clear(Trial trial) {
    return 0.7
        + 0.01 * trial.seed()
        + 0.001 * (trial.seed() % 2)
        + (trial.norm() == Norm.LAYER_NORM ? 0.05 : 0)
        + (trial.norm() == Norm.BATCH_NORM ? 0.003 * (2 - trial.seed()) : 0)
        + (trial.clip().active() ? 0.02 : 0);
  }

  private static int number(Norm norm) {
    return List.of(Norm.values()).indexOf(norm);
  }

  private static double noisy(Trial trial) {
    long mixed = 7 * trial.seed() * (number(trial.norm()) + 1) + (trial.clip().active() ? 3 : 0);
    return 0.7 + 0.02 * (mixed % 5);
  }

  // Layer norm's lead over filter response norm depends on one seed, that over batch norm does not.
  private static double split(Trial trial) {
    return (trial.norm() == Norm.BATCH_NORM ? 0.6 : 0.7)
        + 0.01 * trial.seed()
        + (trial.norm() == Norm.LAYER_NORM && trial.seed() == 1 ? 0.02 : 0);
  }

  private static double clipped(Trial trial) {
    return 0.7 + 0.06 * number(trial.norm()) + (trial.clip().active() ? 0.1 : 0);
  }

  private SweepEvidence pending() {
    MadeUpSweep sweep = MadeUpSweep.quick().norms(Norm.LAYER_NORM).clips(Clip.NONE);
    sweep.status("layer-norm.clip-none.seed-1", TrialResult.Status.PENDING);
    return SweepEvidence.read(sweep.write(root.resolve("pending")));
  }

  private String said() {
    return String.join(
        "\n",
        texts(sweep(1, 1.2, FindingTextsTest::clear)),
        texts(sweep(2, 0.2, FindingTextsTest::clear)),
        texts(sweep(3, 1.2, FindingTextsTest::clear)),
        texts(sweep(4, 1.2, FindingTextsTest::noisy)),
        texts(sweep(3, 1.2, FindingTextsTest::split)),
        texts(sweep(1, 1.2, FindingTextsTest::clipped)),
        texts(pending()));
  }

  @Test
  void everyRuleSaysWhatItSaid() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("findings.txt")) {
      assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), said());
    }
  }
}
