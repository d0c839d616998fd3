package normsweep.sweep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;

/**
 * Chooses the settings of each cell from the results of its tuning: the candidate with the lowest
 * validation loss, averaged over the tuning seeds. The loss is also what chooses the epoch of a
 * trial and the candidates that pruning keeps, and it has no ties among a few hundred images, where
 * accuracies have many. A candidate with a trial that was not completed is not chosen; the order of
 * the candidates decides ties.
 */
final class Tuning {
  private Tuning() {}

  /**
   * The choices, cell by cell in the order of the grid.
   *
   * @param config the config of the sweep that is tuned
   * @param tuning rows of {@link SweepConfig#tuning}, all of which have ended
   */
  static List<TuningChoice> choose(SweepConfig config, SweepResults tuning) {
    Set<String> keys = config.tune().keys().keySet();
    Map<Trial, Map<TrialSettings, List<TrialResult>>> cells = new LinkedHashMap<>();
    for (TrialResult row : tuning.trials()) {
      Trial trial =
          new Trial(
              row.norm(), row.placement(), row.clip(), row.seed(), row.settings().without(keys));
      cells
          .computeIfAbsent(trial.cell(), cell -> new LinkedHashMap<>())
          .computeIfAbsent(row.settings().only(keys), candidate -> new ArrayList<>())
          .add(row);
    }
    return cells.entrySet().stream()
        .map(cell -> choice(cell.getKey(), cell.getValue(), config.tune().seeds().size()))
        .toList();
  }

  /**
   * The rows of a sweep with what was chosen for their cells. Trials that were started have theirs;
   * those of a cell for which nothing could be chosen fail.
   */
  static List<TrialResult> rows(List<TrialResult> rows, List<TuningChoice> choices) {
    Map<Trial, TuningChoice> byCell = new HashMap<>();
    choices.forEach(choice -> byCell.put(choice.cell(), choice));
    List<TrialResult> tuned = new ArrayList<>();
    for (TrialResult row : rows) {
      TuningChoice choice = byCell.get(row.trial().cell());
      if (row.status() != TrialResult.Status.PENDING) {
        tuned.add(row);
      } else if (choice.tuned() == null) {
        String reason =
            "none of its " + choice.candidates() + " tuning candidates completed all epochs";
        tuned.add(TrialResult.failed(row.trial(), 0, reason));
      } else {
        tuned.add(TrialResult.pending(row.trial().with(choice.tuned())));
      }
    }
    return tuned;
  }

  private static TuningChoice choice(
      Trial cell, Map<TrialSettings, List<TrialResult>> candidates, int seeds) {
    TrialSettings best = null;
    double lowest = Double.POSITIVE_INFINITY;
    double accuracy = 0;
    int completed = 0;
    for (Map.Entry<TrialSettings, List<TrialResult>> candidate : candidates.entrySet()) {
      List<TrialResult> rows = candidate.getValue();
      if (!rows.stream().allMatch(TrialResult::completed)) {
        continue;
      }
      completed++;
      double loss = rows.stream().mapToDouble(TrialResult::valLoss).average().orElseThrow();
      if (loss < lowest) {
        lowest = loss;
        accuracy = rows.stream().mapToDouble(TrialResult::valAccuracy).average().orElseThrow();
        best = candidate.getKey();
      }
    }
    return new TuningChoice(
        cell.norm(),
        cell.placement(),
        cell.clip(),
        cell.settings(),
        best,
        best == null ? null : lowest,
        best == null ? null : accuracy,
        seeds,
        candidates.size(),
        completed);
  }
}
