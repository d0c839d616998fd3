package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.record.Clip;
import normsweep.record.CompletedTrials;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.tail.SmallTails;
import normsweep.tail.Tail;
import normsweep.tail.WarmupCosineSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastEpochTest {
  private static final Trial TRIAL = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);

  @TempDir Path folder;

  private final Tail tail =
      SmallTails.tail(Norm.BATCH_NORM, 1, new WarmupCosineSchedule(1e-3, 5, 20));
  private final TailState state = new TailState(tail);
  private final float[] saved = state.parameters();

  private static TrialResult row(int epochs, int best) {
    return CompletedTrials.of(TRIAL, epochs, best);
  }

  /** A checkpoint whose parameters are the saved model's plus one. */
  private float[] write(int epoch, float[] best) throws IOException {
    float[] last = saved.clone();
    for (int i = 0; i < last.length; i++) {
      last[i] += 1;
    }
    Checkpoint.State at =
        new Checkpoint.State(
            TRIAL.id(), "any", state.layout(), epoch, 9, 2, 0, 0, List.of(), 1.0, null);
    new Checkpoint(at, last, state.updater(), best).write(folder);
    return last;
  }

  @Test
  void lastCheckpointOfSameModelCounts() throws IOException {
    float[] last = write(3, saved);
    assertEquals(true, LastEpoch.restore(tail, row(3, 2), folder));
    assertArrayEquals(last, state.parameters());
  }

  @Test
  void savedModelIsLastEpochIfBest() throws IOException {
    assertEquals(true, LastEpoch.restore(tail, row(3, 3), folder));
    assertArrayEquals(saved, state.parameters());
  }

  @Test
  void anythingElseLeavesTailAlone() throws IOException {
    assertEquals(false, LastEpoch.restore(tail, row(3, 2), folder), "no checkpoint");
    write(2, saved);
    assertEquals(false, LastEpoch.restore(tail, row(3, 2), folder), "an earlier epoch");
    float[] other = saved.clone();
    other[0] += 1;
    write(3, other);
    assertEquals(false, LastEpoch.restore(tail, row(3, 2), folder), "another model");
    write(3, saved);
    Path file = folder.resolve("epoch-0003.ckpt");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertEquals(false, LastEpoch.restore(tail, row(3, 2), folder), "damaged");
    assertArrayEquals(saved, state.parameters());
  }
}
