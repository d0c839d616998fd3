package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;
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

  @Test
  void takesOverDeadLock() throws IOException {
    SweepFolder sweep = new SweepFolder(folder);
    Files.writeString(sweep.lock(), "process 1 on host elsewhere");
    try (SweepLock lock = SweepLock.take(sweep)) {
      assertTrue(Files.readString(sweep.lock()).contains("" + ProcessHandle.current().pid()));
    }
  }
}
