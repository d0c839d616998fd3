package normsweep.report.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import normsweep.record.prediction.ImageScores;
import normsweep.report.analysis.Interval;
import org.junit.jupiter.api.Test;

/** Values worked out by hand, and simulations of which the truth is known. */
class PredictionStatisticsTest {

  /** A network that is right (1) or wrong (0) on images of class 0. */
  private static Outcomes network(int... right) {
    int[] predicted = Arrays.stream(right).map(one -> 1 - one).toArray();
    double[] confidence = new double[right.length];
    Arrays.fill(confidence, 0.5);
    return new Outcomes(new int[right.length], predicted, confidence, 0);
  }

  private static Outcomes network(double[] confidence, int... right) {
    Outcomes plain = network(right);
    return new Outcomes(plain.labels(), plain.predicted(), confidence, 0);
  }

  @Test
  void mcNemarByHand() {
    McNemar test = new McNemar(10, 2, 100);
    assertEquals(0.08, test.difference(), 1e-12);
    // 2 · (1 + 12 + 66) / 2^12, and without one of the two times 66.
    assertEquals(158 / 4096.0, test.exactP(), 1e-12);
    assertEquals(92 / 4096.0, test.midP(), 1e-12);
    // 8/102 ± 1.959964 · √((14/102 − (8/102)²) / 102)
    Interval interval = test.interval(0.95);
    assertEquals(0.0081635, interval.low(), 1e-6);
    assertEquals(0.1486992, interval.high(), 1e-6);
    McNemar swapped = new McNemar(2, 10, 100);
    assertEquals(test.midP(), swapped.midP(), 1e-15);
    assertEquals(-interval.high(), swapped.interval(0.95).low(), 1e-15);
  }

  @Test
  void equalCountsTellNothingApart() {
    for (int count : new int[] {0, 1, 7}) {
      McNemar test = new McNemar(count, count, 50);
      assertEquals(1, test.exactP(), 1e-12);
      assertEquals(1, test.midP(), 1e-12);
      assertTrue(test.interval(0.95).contains(0));
    }
    assertEquals(new McNemar(2, 1, 5), McNemar.of(network(1, 1, 1, 0, 0), network(0, 1, 0, 0, 1)));
  }

  @Test
  void varianceSplitByHand() {
    // Accuracies ¾ and ¼: V = ⅛. Two of four images differ: W = ¼ · 2 · ½ = ¼.
    AccuracyVariance split = AccuracyVariance.of(List.of(network(1, 1, 1, 0), network(1, 0, 0, 0)));
    assertEquals(1 / 8.0, split.observed(), 1e-12);
    assertEquals(1 / 16.0, split.expected(), 1e-12);
    assertEquals(4 / 3.0 * (1 / 8.0 - 1 / 16.0), split.seedPart(), 1e-12);
    assertEquals(1 / 24.0, split.imagePart(), 1e-12);
    // Q = 2 with one degree of freedom: 2 · (1 − Φ(√2)).
    assertEquals(0.157299, split.p(), 1e-6);
  }

  @Test
  void cochransQByItsOwnFormula() {
    // Q = (R−1)(R ΣG² − (ΣG)²) / (R ΣL − ΣL²), networks' totals G and images' totals L.
    Outcomes[] networks = {
      network(1, 1, 1, 1, 0, 1), network(1, 0, 1, 0, 0, 1), network(0, 0, 1, 0, 0, 1)
    };
    AccuracyVariance split = AccuracyVariance.of(List.of(networks));
    double q = 2.0 * (3 * (25 + 9 + 4) - 100) / (3 * 10 - (4 + 1 + 9 + 1 + 0 + 9));
    assertEquals(q, 2 * split.observed() / split.expected(), 1e-12);
    assertEquals(Math.exp(-q / 2), split.p(), 1e-9); // χ² with 2 degrees of freedom
    assertEquals(1, AccuracyVariance.of(List.of(networks[0], networks[0])).p());
  }

  /** Seeds whose true accuracies spread by {@code deviation} around 0.8. */
  private static List<AccuracyVariance> simulated(int sweeps, double deviation) {
    Random random = new Random(1);
    List<AccuracyVariance> all = new ArrayList<>();
    for (int k = 0; k < sweeps; k++) {
      List<Outcomes> networks = new ArrayList<>();
      for (int seed = 0; seed < 5; seed++) {
        double accuracy = 0.8 + deviation * random.nextGaussian();
        networks.add(
            network(
                IntStream.range(0, 300)
                    .map(i -> random.nextDouble() < accuracy ? 1 : 0)
                    .toArray()));
      }
      all.add(AccuracyVariance.of(networks));
    }
    return all;
  }

  @Test
  void seedPartIsUnbiased() {
    for (double deviation : new double[] {0, 0.03}) {
      List<AccuracyVariance> all = simulated(2_000, deviation);
      double mean = all.stream().mapToDouble(AccuracyVariance::seedPart).average().orElseThrow();
      assertEquals(deviation * deviation, mean, 4e-5);
      assertEquals(
          0.16 / 300,
          all.stream().mapToDouble(AccuracyVariance::expected).average().orElseThrow(),
          2e-5);
    }
    double rejected =
        simulated(2_000, 0).stream().filter(split -> split.p() < 0.05).count() / 2_000.0;
    assertEquals(0.05, rejected, 0.015);
  }

  @Test
  void calibrationByHand() {
    double[] confidence = {0.95, 0.97, 0.40, 0.50};
    Calibration found = Calibration.of(List.of(network(confidence, 1, 0, 0, 1)));
    // Bins (14/15, 1], (5/15, 6/15] and (7/15, 8/15]; their gaps are 0.92 of two, 0.4 and −0.5.
    assertEquals((0.92 + 0.40 + 0.50) / 4, found.error(), 1e-12);
    assertEquals((2.82 - 2) / 4, found.overconfidence(), 1e-12);
    assertEquals(
        List.of(
            new Calibration.Bin(1, 0.40, 0),
            new Calibration.Bin(1, 0.50, 1),
            new Calibration.Bin(2, 0.95 + 0.97, 1)),
        found.bins());
    assertEquals(0.96, found.bins().get(2).meanConfidence(), 1e-12);
    assertEquals(0.5, found.bins().get(2).accuracy(), 1e-12);
  }

  @Test
  void brierByHand() {
    float[] shares = {0.5f, 0.25f, 0.125f, 0.125f, 0, 0, 0, 0, 0, 0};
    for (int label : new int[] {0, 1, 9}) {
      Outcomes outcomes = Outcomes.of(ImageScores.of(new int[] {3}, new int[] {label}, shares));
      double squares = 0.25 + 0.0625 + 2 * 0.015625;
      double own = shares[label];
      assertEquals(squares + 1 - 2 * own, outcomes.brier(), 1e-3);
      assertEquals(0.5, outcomes.confidence()[0], 1e-3);
      assertEquals(label == 0 ? 1 : 0, outcomes.accuracy());
    }
  }

  /**
   * Networks of confidences spread over (0.2, 1], which are right as often as they say, less a
   * share of it.
   */
  private static List<Calibration> spread(int samples, int networks, double share) {
    Random random = new Random(2);
    List<Calibration> all = new ArrayList<>();
    for (int k = 0; k < samples; k++) {
      List<Outcomes> own = new ArrayList<>();
      double[] luck = random.doubles(400).toArray();
      for (int network = 0; network < networks; network++) {
        double[] confidence = IntStream.range(0, 400).mapToDouble(i -> 0.2 + i / 500.0).toArray();
        own.add(
            network(
                confidence,
                IntStream.range(0, 400)
                    .map(i -> luck[i] < confidence[i] * (1 - share) ? 1 : 0)
                    .toArray()));
      }
      all.add(Calibration.of(own));
    }
    return all;
  }

  @Test
  void overconfidenceIntervalsHoldTheTruth() {
    for (double share : new double[] {0, 0.1}) {
      double truth = share * (0.2 + 399 / 1000.0);
      long held =
          spread(1_000, 1, share).stream()
              .filter(found -> found.interval().contains(truth))
              .count();
      assertEquals(0.95, held / 1_000.0, 0.02);
    }
  }

  @Test
  void calibratedNetworksSeldomExceedTheLimit() {
    for (int networks : new int[] {1, 3}) {
      long beyond =
          spread(1_000, networks, 0).stream()
              .filter(found -> found.error() > found.limit())
              .count();
      assertEquals(0.05, beyond / 1_000.0, 0.02);
    }
    long beyond =
        spread(200, 1, 0.2).stream().filter(found -> found.error() > found.limit()).count();
    assertTrue(beyond > 190, "overconfident networks: " + beyond);
  }

  @Test
  void confusionCountsByClass() {
    Outcomes one = new Outcomes(new int[] {3, 3, 5, 5}, new int[] {3, 5, 5, 3}, new double[4], 0);
    Outcomes two = new Outcomes(new int[] {3, 3, 5, 5}, new int[] {5, 5, 5, 5}, new double[4], 0);
    Confusion confusion = Confusion.of(List.of(one, two), 10);
    assertEquals(1, confusion.counts()[3][3]);
    assertEquals(3, confusion.counts()[3][5]);
    assertEquals(0.25, confusion.recall(3), 1e-12);
    assertEquals(0.75, confusion.recall(5), 1e-12);
    assertEquals(3, confusion.weakest());
    assertEquals(
        List.of(
            new Confusion.ConfusedPair(3, 5, 3, 0.75), new Confusion.ConfusedPair(5, 3, 1, 0.25)),
        confusion.pairs());
  }

  @Test
  void hardestImagesComeFirst() {
    int[] labels = {0, 0, 0, 0};
    Outcomes one = new Outcomes(labels, new int[] {0, 2, 2, 1}, new double[] {.9, .5, .8, .6}, 0);
    Outcomes two = new Outcomes(labels, new int[] {0, 0, 2, 1}, new double[] {.9, .7, .6, .9}, 0);
    List<HardImage> hard =
        HardImage.of(new int[] {50_000, 50_004, 50_007, 50_009}, List.of(one, two));
    assertEquals(List.of(50_009, 50_007, 50_004), hard.stream().map(HardImage::image).toList());
    assertEquals(2, hard.get(1).predicted());
    assertEquals(0.7, hard.get(1).confidence(), 1e-12);
    assertEquals(1, hard.get(2).wrong());
    assertEquals(2, hard.get(2).networks());
  }
}
