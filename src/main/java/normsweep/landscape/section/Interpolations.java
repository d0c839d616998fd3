package normsweep.landscape.section;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import normsweep.base.Hashes;
import normsweep.base.Key;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.ParameterScope;
import normsweep.landscape.head.Sample;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.landscape.section.Interpolation.Profile;
import normsweep.record.Clip;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.train.Evaluation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines between trials of one architecture, in a sweep's {@code interpolation.json}: from each
 * trial without clipping to those with it, and from each seed to the next.
 */
public final class Interpolations {
  /** Images of each set at most. */
  static final int IMAGES = 500;

  static final int POINTS = 11;

  private static final Logger log = LoggerFactory.getLogger(Interpolations.class);
  private static final int KEY_VERSION = 1;

  private final SweepFolder folder;
  private final SectionInputs inputs;

  /** The lines to be there, in order, by key. */
  private final Map<String, Ends> lines = new LinkedHashMap<>();

  private final Map<String, Interpolation> done;

  private Interpolations(SweepFolder folder, List<TrialResult> trials, SectionInputs inputs)
      throws IOException {
    this.folder = folder;
    this.inputs = inputs;
    for (Ends line : lines(trials)) {
      lines.put(key(line), line);
    }
    this.done = kept();
  }

  private record Ends(Between kind, TrialResult from, TrialResult to) {}

  /** The file with all lines of a sweep. */
  public static Path file(SweepFolder folder) {
    return folder.root().resolve("interpolation.json");
  }

  /**
   * The lines of a sweep.
   *
   * @throws NormSweepException exit code 3 if the file is missing or damaged
   */
  public static Interpolation.SweepLines read(SweepFolder folder) {
    Interpolation.SweepLines found = Records.readJson(file(folder), Interpolation.SweepLines.class);
    Optional<String> fault = found.fault();
    if (fault.isPresent()) {
      throw Records.damaged(file(folder), fault.get(), null);
    }
    return found;
  }

  /**
   * Computes the lines between trials; those that depend on the same models and images are kept. If
   * no two trials belong together, there is no file.
   *
   * @param trials completed trials with saved models
   */
  public static void compute(SweepFolder folder, List<TrialResult> trials, SectionInputs inputs)
      throws IOException {
    Interpolations all = new Interpolations(folder, trials, inputs);
    long points = (long) all.lines.size() * POINTS;
    try (Progress progress = Progress.of("Between trials", points, "points")) {
      for (Map.Entry<String, Ends> line : all.lines.entrySet()) {
        if (all.done.containsKey(line.getKey())) {
          progress.step(POINTS);
        } else {
          all.done.put(line.getKey(), all.between(line.getValue(), line.getKey(), progress));
          all.write();
        }
      }
    }
    if (!all.lines.isEmpty()) {
      all.write();
    }
  }

  private Map<String, Interpolation> kept() {
    Map<String, Interpolation> kept = new HashMap<>();
    if (Files.exists(file(folder))) {
      try {
        read(folder).lines().forEach(line -> kept.put(line.key(), line));
      } catch (NormSweepException e) {
        log.warn("{} It is computed again.", e.getMessage());
      }
    }
    return kept;
  }

  private String key(Ends line) throws IOException {
    Key key = Key.of("interpolation", KEY_VERSION).with("points", POINTS).with("images", IMAGES);
    with(key, "from", line.from);
    with(key, "to", line.to);
    return key.sha256();
  }

  private void with(Key key, String end, TrialResult trial) throws IOException {
    key.with(end, trial.id())
        .with(end + "Features", inputs.featuresKey().apply(trial))
        .with(end + "Model", Hashes.sha256(folder.trial(trial.id()).model()));
  }

  private Interpolation between(Ends line, String key, Progress progress) {
    progress.note(line.from.id() + " to " + line.to.id());
    Tail tail = inputs.load().apply(line.from);
    ParameterScope scope = ParameterScope.tail(tail.parameters());
    double[] from = scope.gather(tail.graph().params());
    double[] to = scope.gather(inputs.load().apply(line.to).graph().params());
    Sample training =
        Sample.of(tail, inputs.training().apply(line.from, Sections.FIT_IMAGES), IMAGES);
    Sample validation = Sample.of(tail, inputs.validation().apply(line.from), IMAGES);
    double[] alpha = IntStream.range(0, POINTS).mapToDouble(i -> i / (POINTS - 1.)).toArray();
    List<Evaluation> onTraining = new ArrayList<>();
    List<Evaluation> onValidation = new ArrayList<>();
    for (double a : alpha) {
      double[] point = new double[from.length];
      Arrays.setAll(point, i -> (1 - a) * from[i] + a * to[i]);
      scope.scatter(point, tail.graph().params());
      RunningStatistics.recompute(tail, training.batches());
      onTraining.add(training.evaluate(tail.graph()));
      onValidation.add(validation.evaluate(tail.graph()));
      progress.step(1);
    }
    return new Interpolation(
        line.kind,
        line.from.id(),
        line.to.id(),
        key,
        alpha,
        profile(training, onTraining),
        profile(validation, onValidation));
  }

  private static Profile profile(Sample sample, List<Evaluation> points) {
    return new Profile(
        sample.labels().length,
        points.stream().mapToDouble(Evaluation::loss).toArray(),
        points.stream().mapToDouble(Evaluation::accuracy).toArray());
  }

  private void write() throws IOException {
    List<Interpolation> found =
        lines.keySet().stream().filter(done::containsKey).map(done::get).toList();
    Records.writeJson(
        file(folder), new Interpolation.SweepLines(Interpolation.SweepLines.SCHEMA, found));
  }

  private static List<Ends> lines(List<TrialResult> trials) {
    List<Ends> lines = new ArrayList<>();
    for (TrialResult from : trials) {
      for (TrialResult to : trials) {
        if (from.clip().equals(Clip.NONE)
            && !to.clip().equals(Clip.NONE)
            && from.seed() == to.seed()
            && same(from, to)) {
          lines.add(new Ends(Between.CLIP, from, to));
        }
      }
      trials.stream()
          .filter(to -> to.clip().equals(from.clip()) && to.seed() > from.seed() && same(from, to))
          .min(Comparator.comparing(TrialResult::seed))
          .ifPresent(to -> lines.add(new Ends(Between.SEED, from, to)));
    }
    return lines;
  }

  private static boolean same(TrialResult one, TrialResult other) {
    return one.norm() == other.norm()
        && one.placement() == other.placement()
        && one.settings().equals(other.settings());
  }
}
