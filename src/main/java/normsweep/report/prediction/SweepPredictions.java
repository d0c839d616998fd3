package normsweep.report.prediction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.prediction.ImageScores;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * The predictions of a sweep's completed trials on its test images, within one setting of further
 * axes.
 *
 * @param images indices of the test images into the data set
 * @param classes names of the classes, by label
 * @param cells heads with clipping choices, in the order of the sweep
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers, read often; nobody compares them
public record SweepPredictions(int[] images, List<String> classes, List<NetworkSeeds> cells) {

  /** The networks of a head and a clipping choice, by seed. */
  public record NetworkSeeds(HeadKind head, Clip clip, SortedMap<Long, Outcomes> bySeed) {
    /** A short name for tables and legends. */
    public String label() {
      return head.label() + ", " + clip.label();
    }

    /** The networks in the order of their seeds. */
    public List<Outcomes> networks() {
      return List.copyOf(bySeed.values());
    }
  }

  /** Two networks of the same seed and what distinguishes them. */
  public record PairedTest(String contrast, long seed, McNemar test) {}

  /**
   * Collects what trials have recorded; empty if none has. Trials of earlier builds have nothing,
   * and those whose test images are not those of the first are left out.
   */
  public static Optional<SweepPredictions> of(SweepEvidence sweep) {
    Optional<int[]> images =
        sweep.completed().stream()
            .flatMap(SweepPredictions::scores)
            .findFirst()
            .map(ImageScores::images);
    if (images.isEmpty()) {
      return Optional.empty();
    }
    List<NetworkSeeds> cells = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : sweep.clips()) {
        SortedMap<Long, Outcomes> bySeed = new TreeMap<>();
        for (TrialEvidence trial : sweep.trials(head, clip)) {
          scores(trial)
              .filter(scores -> Arrays.equals(scores.images(), images.get()))
              .forEach(scores -> bySeed.put(trial.row().seed(), Outcomes.of(scores)));
        }
        if (!bySeed.isEmpty()) {
          cells.add(new NetworkSeeds(head, clip, bySeed));
        }
      }
    }
    return Optional.of(
        new SweepPredictions(images.get(), sweep.results().images().labels(), cells));
  }

  private static Stream<ImageScores> scores(TrialEvidence trial) {
    return trial.row().completed()
        ? trial.predictions().stream().map(predictions -> predictions.test())
        : Stream.empty();
  }

  /** How images of each class are taken for each class, by some of the networks. */
  public Confusion confusion(List<Outcomes> some) {
    return Confusion.of(some, classes.size());
  }

  /** All networks. */
  public List<Outcomes> networks() {
    return cells.stream().flatMap(cell -> cell.bySeed().values().stream()).toList();
  }

  /**
   * Pairs of networks of one seed that differ in clipping only, or in the head only: clipping minus
   * no clipping of each head, then every two heads with each clipping choice.
   */
  public List<PairedTest> paired() {
    List<PairedTest> tests = new ArrayList<>();
    for (NetworkSeeds plain : cells) {
      for (NetworkSeeds clipped : cells) {
        if (!plain.clip().active() && clipped.clip().active() && same(plain, clipped)) {
          add(
              tests,
              plain.head().label() + ": " + clipped.clip().label() + " − none",
              clipped,
              plain);
        }
      }
    }
    for (int i = 0; i < cells.size(); i++) {
      for (NetworkSeeds second : cells.subList(i + 1, cells.size())) {
        NetworkSeeds first = cells.get(i);
        if (first.clip().equals(second.clip()) && !same(first, second)) {
          String heads = first.head().label() + " − " + second.head().label();
          add(tests, heads + ", " + Sentences.clipping(first.clip()), first, second);
        }
      }
    }
    return tests;
  }

  private static boolean same(NetworkSeeds first, NetworkSeeds second) {
    return first.head().equals(second.head());
  }

  private static void add(
      List<PairedTest> tests, String contrast, NetworkSeeds first, NetworkSeeds second) {
    first
        .bySeed()
        .forEach(
            (seed, network) -> {
              if (second.bySeed().containsKey(seed)) {
                McNemar test = McNemar.of(network, second.bySeed().get(seed));
                tests.add(new PairedTest(contrast, seed, test));
              }
            });
  }
}
