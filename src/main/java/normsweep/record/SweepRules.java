package normsweep.record;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import normsweep.base.NormSweepException;
import normsweep.record.SearchRange.Draw;

/** What the settings of a sweep require of each other. */
final class SweepRules {
  private static final int TRAINING_IMAGES = 50_000;
  private static final int TEST_IMAGES = 10_000;

  private SweepRules() {}

  /**
   * Checks a whole config.
   *
   * @param file what errors name
   * @throws NormSweepException exit code 2 if settings do not fit together
   */
  static void check(String file, SweepConfig config) {
    checkSearch(file, config);
    checkTuning(file, config);
    checkPruning(file, config);
    // What an axis sets is checked for each trial.
    if (config.varied().isEmpty() && !config.tuned()) {
      checkTrial(file, config, config.grid().norm(), config.prune());
    }
  }

  /** Checks the settings of trials with these norms, whose candidates are pruned in this way. */
  static void checkTrial(
      String file, SweepConfig config, List<Norm> norms, SweepConfig.Prune prune) {
    int used = config.data().train() + config.data().validation();
    int epochs = config.training().epochs();
    if (!config.data().own() && config.data().test() > TEST_IMAGES) {
      throw refused(
          file,
          "data.test is %s, allowed is at most %s (CIFAR-10's test images)",
          config.data().test(),
          TEST_IMAGES);
    }
    if (!config.data().own() && used > TRAINING_IMAGES) {
      throw refused(
          file,
          "data.train + data.validation is %s, allowed is at most %s (CIFAR-10's training images)",
          used,
          TRAINING_IMAGES);
    }
    if (config.training().batchSize() > config.data().train()) {
      throw refused(
          file,
          "training.batchSize is %s, allowed is at most data.train (%s)",
          config.training().batchSize(),
          config.data().train());
    }
    if (config.model().hiddenUnits() == 1 && norms.contains(Norm.LAYER_NORM)) {
      throw refused(
          file,
          "model.hiddenUnits is 1, allowed with layer-norm is at least 2 (a layer norm over one unit"
              + " is constant)");
    }
    for (int rung : prune.rungs()) {
      if (rung >= epochs) {
        throw refused(
            file,
            "prune.rungs has %s, allowed are epochs before the last one (training.epochs is %s)",
            rung,
            epochs);
      }
    }
  }

  private static void checkSearch(String file, SweepConfig config) {
    SweepConfig.Search search = config.search();
    checkApart(file, config, "search.space", search.space().keySet());
    if (search.space().isEmpty() != (search.candidates() == 0)) {
      throw refused(
          file,
          "search.candidates is %s and search.space has %s keys; a search needs both, such as"
              + " search: {candidates: 20, space: {training.learningRate: {log: [1e-5, 1e-2]}}}",
          search.candidates(),
          search.space().size());
    }
  }

  private static void checkApart(
      String file, SweepConfig config, String section, Set<String> keys) {
    for (String key : keys) {
      if (config.grid().further().containsKey(key)) {
        throw refused(file, "%s is an axis of both grid and %s; remove one", key, section);
      }
    }
  }

  private static void checkTuning(String file, SweepConfig config) {
    SweepConfig.Tune tune = config.tune();
    if (tune.equals(SweepConfig.Tune.NONE)) {
      return;
    }
    checkApart(file, config, "tune.keys", tune.keys().keySet());
    if (tune.keys().isEmpty() || tune.candidates() == 0) {
      throw refused(
          file,
          "tune.candidates is %s and tune.keys has %s keys; tuning needs both, such as"
              + " tune: {candidates: 3, keys: {training.learningRate: [1e-4, 1e-3, 1e-2]}}",
          tune.candidates(),
          tune.keys().size());
    }
    List<Long> shared = tune.seeds().stream().filter(config.grid().seed()::contains).toList();
    if (!shared.isEmpty()) {
      throw refused(
          file,
          "tune.seeds and grid.seed share %s; tune with other seeds than those of the comparison",
          shared.get(0));
    }
    if (!config.search().equals(SweepConfig.Search.NONE)) {
      throw refused(file, "a sweep has either a section search or a section tune; remove one");
    }
    // A double, because the product may exceed whole numbers.
    double combinations =
        tune.keys().values().stream()
            .mapToDouble(
                range -> range.draw() == Draw.LIST ? range.values().size() : Double.MAX_VALUE)
            .reduce(1, (a, b) -> a * b);
    if (tune.candidates() > combinations) {
      throw refused(
          file,
          "tune.candidates is %s, allowed are at most the %.0f combinations of tune.keys",
          tune.candidates(),
          combinations);
    }
  }

  private static void checkPruning(String file, SweepConfig config) {
    SweepConfig.Prune prune = config.prune();
    List<Integer> rungs = prune.rungs();
    if (prune.equals(SweepConfig.Prune.NONE)) {
      return;
    }
    if (rungs.isEmpty()) {
      throw refused(
          file,
          "prune.keep is %s without prune.rungs, such as prune: {rungs: [2, 4]}",
          prune.keep());
    }
    if (config.search().candidates() == 0 && !config.tuned()) {
      throw refused(
          file,
          "prune.rungs is %s, but only candidates of a section search or tune are pruned; add one,"
              + " or remove prune",
          rungs);
    }
    for (int i = 1; i < rungs.size(); i++) {
      if (rungs.get(i) <= rungs.get(i - 1)) {
        throw refused(file, "prune.rungs is %s, allowed are increasing epochs", rungs);
      }
    }
  }

  private static NormSweepException refused(String file, String format, Object... arguments) {
    return NormSweepException.usage(
        file + ": " + String.format(Locale.ROOT, format, arguments) + ".");
  }
}
