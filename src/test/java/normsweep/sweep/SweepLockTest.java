package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // locks are held, not used
class SweepLockTest {
  @TempDir Path folder;

  @Test
  void namesOwnerToSecondWriter() throws IOException {
    SweepFolder sweep = new SweepFolder(folder.resolve("sweep"));
    try (SweepLock lock = SweepLock.take(sweep)) {
      NormSweepException e =
          assertThrows(NormSweepException.class, () -> SweepLock.take(sweep).close());
      assertEquals(ExitCode.USAGE, e.exitCode());
      assertTrue(
          e.getMessage().contains("process " + ProcessHandle.current().pid() + " on host "),
          e.getMessage());
    }
    SweepLock.take(sweep).close();
  }

  @Test
  void refusesWhateverTheLockHolds() throws IOException {
    SweepFolder sweep = new SweepFolder(folder.resolve("sweep"));
    try (SweepLock lock = SweepLock.take(sweep)) {
      for (byte[] foreign : new byte[][] {{}, {(byte) 0xff, (byte) 0xfe, 0}, new byte[5000]}) {
        Files.write(sweep.lock(), foreign);
        NormSweepException e =
            assertThrows(NormSweepException.class, () -> SweepLock.take(sweep).close());
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains(" is being written by "), e.getMessage());
        assertTrue(e.getMessage().length() < 500, e.getMessage());
      }
    }
  }

  @Test
  void heldUntilItsOwnerCloses() throws IOException {
    SweepFolder sweep = new SweepFolder(folder.resolve("sweep"));
    assertFalse(SweepLock.isHeld(sweep));
    try (SweepLock lock = SweepLock.take(sweep)) {
      assertTrue(SweepLock.isHeld(sweep));
      assertTrue(SweepLock.isHeld(sweep));
    }
    assertFalse(SweepLock.isHeld(sweep));
  }

  @Test
  void leftByKilledOwner() throws IOException {
    Files.writeString(new SweepFolder(folder).lock(), "process 1 on host elsewhere");
    assertFalse(SweepLock.isHeld(new SweepFolder(folder)));
  }

  /** Of a sweep and of its tuning, whose writer holds the lock of the sweep. */
  @Test
  void runningWithoutWriterIsInterrupted() throws IOException {
    SweepFolder sweep = new SweepFolder(folder);
    Files.writeString(sweep.config(), "");
    Trial trial = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    Trial next = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 2);
    SweepResults results =
        new SweepResults(
            SweepResults.SCHEMA,
            "tiny",
            null,
            null,
            Map.of(),
            List.of(TrialResult.running(trial, 3), TrialResult.pending(next)));
    for (SweepFolder one : List.of(sweep, sweep.tuning())) {
      Records.writeJson(one.results(), results);
      try (SweepLock lock = SweepLock.take(sweep)) {
        assertEquals(results, SweepLock.readResults(one));
      }
      List<TrialResult> now = SweepLock.readResults(one).trials();
      assertEquals(TrialResult.Status.INTERRUPTED, now.get(0).status());
      assertEquals(3, now.get(0).epochs());
      assertFalse(now.get(0).ended());
      assertEquals(TrialResult.pending(next), now.get(1));
      assertEquals(results, one.readResults());
    }
  }

  @Test
  void takesOverDeadLock() throws IOException {
    SweepFolder sweep = new SweepFolder(folder);
    Files.writeString(sweep.lock(), "process 1 on host elsewhere");
    try (SweepLock lock = SweepLock.take(sweep)) {
      assertTrue(Files.readString(sweep.lock()).contains("" + ProcessHandle.current().pid()));
    }
  }
}
