package normsweep.report.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule's sentence in full: of one seed, of clear differences, of differences in the noise. */
class FindingTextsTest {
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);
  private static final Clip ONE = Clip.globalNorm(1);
  private static final List<Rule> RULES =
      List.of(
          new SampleSize(),
          new BestHead(),
          new HeadContrast(Topic.CONVERGENCE, Measure.AREA_UNDER_CURVE),
          new ClippingReach(LAYER, ONE),
          new ClippingEffect(LAYER, ONE, Measure.TEST_ACCURACY),
          new ClippingSteadiness(ONE, Measure.LARGEST_DROP),
          new FailedTrials(),
          new GradientDecay(),
          new LargestLayer(LAYER),
          new Association(Topic.LANDSCAPE, Measure.SHARPNESS, Measure.TEST_ACCURACY));

  @TempDir Path root;

  private static String texts(SweepEvidence sweep) {
    return RULES.stream()
        .flatMap(rule -> rule.apply(sweep).stream())
        .map(finding -> finding.topic() + " " + finding.strength() + ": " + finding.text() + "\n")
        .collect(Collectors.joining());
  }

  private SweepEvidence sweep(int seeds, ToDoubleFunction<Trial> accuracy) {
    return SweepEvidence.read(
        MadeUpSweep.quick()
            .epochs(6)
            .seeds(IntStream.rangeClosed(1, seeds).mapToObj(Long::valueOf).toArray(Long[]::new))
            .accuracy(accuracy)
            .gradientScale(t -> t.norm() == Norm.BATCH_NORM ? 3 : 1.2)
            .wobble(t -> t.clip().active() ? 0.01 : 0.03)
            .landscapes(t -> 2 + t.seed() + number(t.norm()))
            .status("filter-response-norm.clip-1.0.seed-1", TrialResult.Status.FAILED)
            .write(root.resolve(seeds + " seeds")));
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

  String said() {
    return String.join(
        "\n",
        texts(sweep(1, FindingTextsTest::clear)),
        texts(sweep(3, FindingTextsTest::clear)),
        texts(sweep(4, FindingTextsTest::noisy)));
  }

  @Test
  void everyRuleSaysWhatItSaid() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("findings.txt")) {
      assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), said());
    }
  }
}
