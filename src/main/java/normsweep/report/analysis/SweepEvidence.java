package normsweep.report.analysis;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static normsweep.report.analysis.Sentences.say;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Interpolations;
import normsweep.record.Clip;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import normsweep.sweep.SweepLock;

/**
 * The contents of a sweep folder, in memory.
 *
 * @param config the resolved config
 * @param results the rows of the trials and their provenance
 * @param trials the evidence of each trial, in the order of the results; a trial that was pruned is
 *     none
 * @param choices what tuning chose for each cell; empty if there was none
 * @param lines losses on lines between trials; empty if none were computed
 * @param unreadable files of the sweep that cannot be read, one sentence each
 */
public record SweepEvidence(
    SweepConfig config,
    SweepResults results,
    List<TrialEvidence> trials,
    List<TuningChoice> choices,
    List<Interpolation> lines,
    List<String> unreadable) {

  /** Reads a sweep folder; missing or damaged files of its trials are noted, not an error. */
  public static SweepEvidence read(SweepFolder folder) {
    SweepResults results = SweepLock.readResults(folder);
    SweepConfig config = folder.readConfig();
    List<TrialEvidence> trials = new ArrayList<>();
    try (Progress progress = Progress.of("Reading trials", results.trials().size(), "trials")) {
      for (TrialResult row : results.trials()) {
        if (!row.pruned()) {
          trials.add(TrialEvidence.read(folder, row, config.of(row.trial())));
        }
        progress.step(1);
      }
    }
    List<Interpolation> lines = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    if (Files.exists(Interpolations.file(folder))) {
      try {
        lines.addAll(Interpolations.read(folder).lines());
      } catch (NormSweepException e) {
        unreadable.add(e.getMessage());
      }
    }
    return new SweepEvidence(config, results, trials, folder.readChoices(), lines, unreadable);
  }

  /** The settings of further axes, each combination once, in order; one without any if none. */
  public List<TrialSettings> settings() {
    return trials.stream().map(trial -> trial.row().trial().settings()).distinct().toList();
  }

  /**
   * The trials with certain settings of the further axes, as a sweep whose config has these
   * settings: heads and clipping choices are compared only within one such sweep.
   */
  public SweepEvidence at(TrialSettings settings) {
    if (settings.isEmpty()) {
      return this;
    }
    List<TrialEvidence> own =
        trials.stream().filter(trial -> trial.row().trial().settings().equals(settings)).toList();
    SweepConfig plain = config.of(own.get(0).row().trial());
    return new SweepEvidence(
        plain,
        results.of(own.stream().map(TrialEvidence::row).toList(), plain.data()),
        own,
        choices,
        lines,
        unreadable);
  }

  /**
   * The part of the sweep that single trials' figures and comparisons show: that with the settings
   * of the highest mean validation accuracy (of the kept epochs), among those with the most
   * completed trials. Test accuracy plays no part in the choice.
   */
  public SweepEvidence best() {
    return best(settings().stream().map(this::at)).orElse(this);
  }

  /** For each optimizer of the sweep the part that {@link #best} names among its settings. */
  public List<SweepEvidence> bestByOptimizer() {
    return settings().stream()
        .map(this::at)
        .collect(groupingBy(part -> part.config.training().optimizer(), TreeMap::new, toList()))
        .values()
        .stream()
        .flatMap(parts -> best(parts.stream()).stream())
        .toList();
  }

  private static Optional<SweepEvidence> best(Stream<SweepEvidence> parts) {
    return parts.max(
        Comparator.<SweepEvidence>comparingInt(part -> part.completed().size())
            .thenComparingDouble(SweepEvidence::meanValidationAccuracy));
  }

  private double meanValidationAccuracy() {
    return completed().stream().mapToDouble(trial -> trial.row().valAccuracy()).average().orElse(0);
  }

  /** The heads of the sweep, each once: batch, layer, filter response norm, no norm. */
  public List<HeadKind> heads() {
    return trials.stream()
        .map(TrialEvidence::head)
        .distinct()
        .sorted(comparing(HeadKind::norm).thenComparing(HeadKind::placement))
        .toList();
  }

  /** The clipping choices of the sweep, each once: none, then by kind and threshold. */
  public List<Clip> clips() {
    return trials.stream()
        .map(trial -> trial.row().clip())
        .distinct()
        .sorted(comparing(Clip::mode).thenComparing(Clip::threshold))
        .toList();
  }

  /** Trials of a head and a clipping choice, one per seed, whatever their status. */
  public List<TrialEvidence> trials(HeadKind head, Clip clip) {
    return trials.stream()
        .filter(trial -> trial.head().equals(head) && trial.row().clip().equals(clip))
        .toList();
  }

  /** The completed trial that differs from {@code trial} in nothing but in having no clipping. */
  public Optional<TrialEvidence> unclipped(TrialEvidence trial) {
    return completed(trial.head(), Clip.NONE, trial.row().seed())
        .filter(other -> other.row().settings().equals(trial.row().settings()));
  }

  /** The completed trial of a head, a clipping choice and a seed. */
  Optional<TrialEvidence> completed(HeadKind head, Clip clip, long seed) {
    return trials(head, clip).stream()
        .filter(trial -> trial.row().completed() && trial.row().seed() == seed)
        .findFirst();
  }

  /** How many times as long as without clipping the median step of a completed trial was. */
  public Optional<Double> stepLength(TrialEvidence trial) {
    return trial
        .dynamics()
        .filter(own -> trial.row().completed())
        .flatMap(
            own ->
                unclipped(trial)
                    .flatMap(TrialEvidence::dynamics)
                    .flatMap(own::stepLengthRelativeTo));
  }

  /** The lines of one kind between this sweep's completed trials of a head. */
  public List<Interpolation> lines(HeadKind head, Interpolation.Between kind) {
    List<String> own =
        completed().stream()
            .filter(trial -> trial.head().equals(head))
            .map(trial -> trial.row().id())
            .toList();
    return lines.stream()
        .filter(line -> line.kind() == kind && own.contains(line.from()) && own.contains(line.to()))
        .toList();
  }

  /** Completed trials. */
  public List<TrialEvidence> completed() {
    return trials.stream().filter(trial -> trial.row().completed()).toList();
  }

  /** Seeds with at least one completed trial, ascending. */
  public List<Long> seeds() {
    return completed().stream().map(trial -> trial.row().seed()).distinct().sorted().toList();
  }

  /** Number of test images that each trial was evaluated on. */
  public int testImages() {
    return results.data() == null ? config.data().test() : results.data().test();
  }

  /** Values of a measure in the completed trials of a head and clipping choice, by seed. */
  public Map<Long, Double> bySeed(Measure measure, HeadKind head, Clip clip) {
    Map<Long, Double> values = new TreeMap<>();
    for (TrialEvidence trial : trials(head, clip)) {
      measure.of(trial).ifPresent(value -> values.put(trial.row().seed(), value));
    }
    return values;
  }

  /** Values of a measure of a head by seed, each averaged over its clipping choices. */
  public Map<Long, Double> bySeed(Measure measure, HeadKind head) {
    return clips().stream()
        .flatMap(clip -> bySeed(measure, head, clip).entrySet().stream())
        .collect(groupingBy(Map.Entry::getKey, averagingDouble(Map.Entry::getValue)));
  }

  /** Clipped steps per epoch of a head, over all seeds; empty without gradient norms. */
  public List<ClippedShare> clippedByEpoch(HeadKind head, Clip clip) {
    SortedMap<Integer, ClippedShare> epochs = new TreeMap<>();
    for (TrialEvidence trial : trials(head, clip)) {
      if (trial.row().completed()) {
        for (ClippedShare share : trial.clippedByEpoch(config.iterationsPerEpoch())) {
          epochs.merge(share.epoch(), share, ClippedShare::plus);
        }
      }
    }
    return List.copyOf(epochs.values());
  }

  /** Whether a clipping choice was used and never changed a step. */
  public boolean neverFired(HeadKind head, Clip clip) {
    ClippedShare all = ClippedShare.total(clippedByEpoch(head, clip));
    return all.iterations() > 0 && all.clipped() == 0;
  }

  /** What is missing, one sentence each: trials that are not completed, unreadable files. */
  public List<String> missing() {
    List<String> sentences = new ArrayList<>(unreadable);
    for (TrialEvidence trial : trials) {
      TrialResult row = trial.row();
      switch (row.status()) {
        case PENDING -> sentences.add(row.id() + " has not started.");
        case RUNNING -> sentences.add(row.id() + " is running, " + epochs(row) + " done.");
        case INTERRUPTED ->
            sentences.add(
                say(
                    "%s was interrupted with %s done; running the sweep again resumes it.",
                    row.id(), epochs(row)));
        case FAILED ->
            sentences.add(
                say("%s failed after %d epochs", row.id(), row.epochs())
                    + (row.reason() == null ? "." : ": " + row.reason()));
        case COMPLETED -> {
          if (!trial.missing().isEmpty()) {
            sentences.add(row.id() + ": " + String.join(", ", trial.missing()) + ".");
          }
        }
        case PRUNED -> {} // ended as planned, and not among the evidence
      }
    }
    return sentences;
  }

  private String epochs(TrialResult row) {
    return say("%d of %d epochs", row.epochs(), config.of(row.trial()).training().epochs());
  }
}
