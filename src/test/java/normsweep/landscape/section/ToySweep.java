package normsweep.landscape.section;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import normsweep.landscape.ToyTails;
import normsweep.record.CompletedTrials;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.buffer.DataType;

/** A sweep folder of toy tails whose trials have different parameters. */
final class ToySweep {
  static final int IMAGES = 160;

  final SweepFolder folder;
  final List<TrialResult> trials;

  /** How many networks were loaded. */
  final AtomicInteger loads = new AtomicInteger();

  ToySweep(Path root, Trial... trials) throws IOException {
    folder = new SweepFolder(root);
    // The best epoch is the last but one.
    this.trials = Arrays.stream(trials).map(trial -> CompletedTrials.of(trial, 3, 2)).toList();
    Records.writeJson(
        folder.results(), new SweepResults(1, "toy", null, null, Map.of(), this.trials));
    for (Trial trial : trials) {
      Files.createDirectories(folder.trial(trial.id()).root());
      Files.writeString(folder.trial(trial.id()).model(), "model of " + trial.id());
    }
  }

  /** A trial's saved network. */
  static Tail tail(Trial trial) {
    long seed = trial.seed() + (trial.clip().active() ? 10 : 0);
    return ToyTails.tail(
        new Trial(trial.norm(), trial.placement(), trial.clip(), seed), DataType.FLOAT);
  }

  SectionInputs inputs() {
    return new SectionInputs(
        trial -> {
          loads.incrementAndGet();
          return tail(trial.trial());
        },
        trial -> ToyTails.features(60),
        (trial, most) -> ToyTails.features(Math.min(most, IMAGES)),
        trial -> "toy");
  }
}
