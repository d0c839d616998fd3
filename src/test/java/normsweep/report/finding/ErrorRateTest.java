package normsweep.report.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.report.SimulatedSweep;
import normsweep.report.SimulatedSweep.Noise;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;

/** How often reports of simulated sweeps conclude something: where nothing differs, and where. */
class ErrorRateTest {
  private static final HeadKind BATCH = new HeadKind(Norm.BATCH_NORM, FrnPlacement.DENSE);
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);
  private static final int SWEEPS = 1000;
  private static final int WORDED = 100;
  private static final int POWER_SWEEPS = 200;
  private static final List<Integer> SEEDS = List.of(2, 3, 5, 10, 20);
  private static final List<Double> LEADS = List.of(0.005, 0.01, 0.02, 0.03, 0.05);

  /**
   * At most 5 % of 1,000 sweeps of each kind conclude anything. A count of 1,000 is itself
   * uncertain by 1.4 points, so the rate over all kinds must be below 5 % by its upper 95 % bound
   * (Clopper and Pearson 1934), too.
   */
  @Test
  void nothingIsConcludedWhereNothingDiffers() throws IOException {
    int all = 0;
    int kinds = 0;
    for (int seeds : List.of(3, 10)) {
      for (Noise noise : Noise.values()) {
        int wrong = wrong(seeds, noise);
        assertTrue(wrong <= SWEEPS / 20, seeds + " seeds, " + noise + ": " + wrong);
        all += wrong;
        kinds++;
      }
    }
    double bound =
        new BetaDistribution(all + 1, kinds * SWEEPS - all).inverseCumulativeProbability(0.95);
    assertTrue(bound < 0.05, all + " of " + kinds * SWEEPS);
    assertTrue(readme().contains("nothing differs, " + all + " ("), all + " is not documented");
  }

  /** Otherwise the rate would be that of a smaller family than a report's. */
  @Test
  void everyMeasureIsDrawn() {
    List<Contrast> contrasts =
        Contrasts.of(new SimulatedSweep(3, Noise.NORMAL, new Random(3)).draw(trial -> 0)).all();
    Set<Measure> compared =
        contrasts.stream()
            .filter(one -> one.clip().isEmpty())
            .map(Contrast::measure)
            .collect(Collectors.toSet());
    Set<Measure> choosing = Set.of(Measure.VALIDATION_ACCURACY, Measure.VALIDATION_LOSS);
    for (Measure measure : Measure.values()) {
      assertEquals(!choosing.contains(measure), compared.contains(measure), measure.label());
    }
  }

  private static int wrong(int seeds, Noise noise) {
    SimulatedSweep sweeps = new SimulatedSweep(seeds, noise, new Random(seeds));
    int wrong = 0;
    int uncorrected = 0;
    for (int i = 0; i < SWEEPS; i++) {
      SweepEvidence sweep = sweeps.draw(trial -> 0);
      List<Contrast> contrasts = Contrasts.of(sweep).all();
      boolean concluded = contrasts.stream().anyMatch(one -> one.verdict() == Verdict.BEYOND_NOISE);
      wrong += concluded ? 1 : 0;
      uncorrected +=
          contrasts.stream().anyMatch(one -> one.effect().p().orElse(1.0) <= 0.05) ? 1 : 0;
      // Words take longer than numbers, so not all sweeps are put into words.
      if (concluded || i < WORDED) {
        assertTrue(concluded || !concludes(Findings.of(sweep)), "words without numbers");
      }
    }
    // Without the correction, most sweeps would conclude something.
    assertTrue(uncorrected > SWEEPS / 2, uncorrected + " of " + SWEEPS);
    return wrong;
  }

  private static boolean concludes(Findings findings) {
    return findings.findings().stream().anyMatch(one -> one.strength() == Strength.CONCLUSION)
        || findings.answers().stream().anyMatch(one -> one.strength() == Strength.CONCLUSION)
        || findings.recommendations().stream()
            .anyMatch(text -> text.matches(".*(prefer|keep|avoid|weigh).*"));
  }

  @Test
  void powerIsAsDocumented() throws IOException {
    String page = readme();
    String begin = "<!-- power: begin -->\n";
    int start = page.indexOf(begin) + begin.length();
    assertEquals(power(), page.substring(start, page.indexOf("<!-- power: end -->")));
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static String power() {
    StringBuilder table = new StringBuilder("| lead in accuracy |");
    SEEDS.forEach(seeds -> table.append(" " + seeds + " seeds |"));
    table.append("\n|---|" + "---|".repeat(SEEDS.size()) + "\n");
    for (double lead : LEADS) {
      table.append(String.format(Locale.ROOT, "| %.1f points |", 100 * lead));
      for (int seeds : SEEDS) {
        table.append(String.format(Locale.ROOT, " %d %% |", power(lead, seeds)));
      }
      table.append("\n");
    }
    return table.toString();
  }

  private static long power(double lead, int seeds) {
    SimulatedSweep sweeps = new SimulatedSweep(seeds, Noise.NORMAL, new Random(1));
    int found = 0;
    for (int i = 0; i < POWER_SWEEPS; i++) {
      SweepEvidence sweep = sweeps.draw(trial -> trial.norm() == Norm.LAYER_NORM ? lead : 0);
      Optional<Contrast> contrast = Contrasts.of(sweep).heads(Measure.TEST_ACCURACY, LAYER, BATCH);
      found += contrast.filter(Contrast::ahead).isPresent() ? 1 : 0;
    }
    return Math.round(100.0 * found / POWER_SWEEPS);
  }
}
