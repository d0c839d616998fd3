package normsweep.sweep;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.record.TrialSettings;

/**
 * Successive halving (Jamieson and Talwalkar 2016) among the candidates of each cell of a grid:
 * those of other norms, placements, clipping choices or values of further axes never compete, for
 * that would choose the winner of the comparison.
 *
 * <p>A candidate is ranked by its lowest validation loss up to the rung, averaged over the seeds,
 * so that all its trials end together; the order of the candidates decides ties. One of which a
 * trial failed loses. All of this follows from recorded rows and metrics alone, so an interrupted
 * sweep decides as an undisturbed one.
 */
final class Halving {
  private final SweepConfig.Prune prune;
  private final Set<String> keys;

  /** The pruning of a sweep whose candidates differ in the keys of its search. */
  Halving(SweepConfig config) {
    prune = config.prune();
    keys = config.search().space().keySet();
  }

  /** Trials that compete, cell by cell in the order of the grid. */
  List<List<Trial>> cohorts(List<Trial> trials) {
    return List.copyOf(
        trials.stream().collect(groupingBy(this::cell, LinkedHashMap::new, toList())).values());
  }

  private Trial cell(Trial trial) {
    Trial cell = trial.cell();
    return new Trial(
        cell.norm(), cell.placement(), cell.clip(), cell.seed(), cell.settings().without(keys));
  }

  /** How many of the candidates that reach a rung train on. */
  int kept(int reached) {
    return (int) Math.max(1, Math.ceil(prune.keep() * reached - 1e-9));
  }

  /**
   * The rows of the trials that end at a rung; none if that was decided before.
   *
   * @param rung number of the rung, from 0
   * @param cohort the rows of the trials of one cell, all of which have reached the rung or ended
   * @param metrics the epochs of each trial by its id, at least those up to the rung
   */
  List<TrialResult> ended(
      int rung, List<TrialResult> cohort, Map<String, List<EpochMetrics>> metrics) {
    int epoch = prune.rungs().get(rung);
    int before = rung == 0 ? 0 : prune.rungs().get(rung - 1);
    if (cohort.stream().anyMatch(row -> row.pruned() && row.epochs() == epoch)) {
      return List.of();
    }
    Map<TrialSettings, Double> losses = new LinkedHashMap<>();
    candidates(cohort)
        .forEach(
            (candidate, rows) -> {
              if (rows.stream().noneMatch(row -> endedBy(row, before))) {
                losses.put(candidate, loss(rows, epoch, metrics));
              }
            });
    List<TrialSettings> ranking = new ArrayList<>(losses.keySet());
    ranking.sort(Comparator.comparing(losses::get)); // stable: ties stay in order
    int kept = kept(ranking.size());
    List<TrialResult> ended = new ArrayList<>();
    for (TrialResult row : cohort) {
      int rank = ranking.indexOf(row.settings());
      boolean loses = rank >= kept || (rank >= 0 && losses.get(row.settings()).isInfinite());
      if (loses && !row.ended()) {
        String why =
            losses.get(row.settings()).isInfinite()
                ? "another trial of its candidate failed"
                : String.format(
                    Locale.ROOT,
                    "validation loss %.4f, rank %d of %d candidates of its cell",
                    losses.get(row.settings()),
                    rank + 1,
                    ranking.size());
        String reason = "pruned after epoch " + epoch + ": " + why;
        List<EpochMetrics> own = metrics.get(row.id());
        ended.add(TrialResult.pruned(row.trial(), own.subList(0, epoch), reason));
      }
    }
    return ended;
  }

  private static Map<TrialSettings, List<TrialResult>> candidates(List<TrialResult> cohort) {
    Map<TrialSettings, List<TrialResult>> candidates = new LinkedHashMap<>();
    cohort.forEach(
        row -> candidates.computeIfAbsent(row.settings(), key -> new ArrayList<>()).add(row));
    return candidates;
  }

  // A trial that fails in the epoch after a rung has as many complete epochs as one pruned there.
  private static boolean endedBy(TrialResult row, int epoch) {
    return (row.pruned() && row.epochs() <= epoch)
        || (row.status() == Status.FAILED && row.epochs() < epoch);
  }

  private static double loss(
      List<TrialResult> rows, int epoch, Map<String, List<EpochMetrics>> metrics) {
    double sum = 0;
    for (TrialResult row : rows) {
      if (row.status() == Status.FAILED && row.epochs() < epoch) {
        return Double.POSITIVE_INFINITY;
      }
      sum +=
          metrics.get(row.id()).stream()
              .filter(one -> one.epoch() <= epoch)
              .mapToDouble(EpochMetrics::valLoss)
              .min()
              .orElse(Double.POSITIVE_INFINITY);
    }
    return sum / rows.size();
  }

  /**
   * The epochs that each trial will have trained at the end, by its id, if the first candidates of
   * each cell are the better ones: right in sum, whichever they are.
   */
  Map<String, Integer> expectedEpochs(SweepConfig config, List<Trial> trials) {
    Map<String, Integer> expected = new HashMap<>();
    for (List<Trial> cohort : cohorts(trials)) {
      Map<TrialSettings, Integer> places = new HashMap<>();
      cohort.forEach(trial -> places.putIfAbsent(trial.settings(), places.size()));
      for (Trial trial : cohort) {
        int place = places.get(trial.settings());
        int left = places.size();
        int epochs = config.of(trial).training().epochs();
        for (int rung : prune.rungs()) {
          left = kept(left);
          if (place >= left) {
            epochs = rung;
            break;
          }
        }
        expected.put(trial.id(), epochs);
      }
    }
    return expected;
  }
}
