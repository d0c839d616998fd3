package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.Test;

class TrialPoolTest {
  @Test
  void buildWithoutEngineSaysSo() {
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> TrialPool.ClusterProvider.find("local[2]", "output/quick"));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains("`mvn -Pspark package`"), e.getMessage());
  }

  @Test
  void sweepsElsewhereMustBeCopied() {
    Path elsewhere = Path.of("hdfs://host/sweeps/quick");
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> SweepFolder.open(elsewhere));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains("copy the sweep here first"), e.getMessage());
    assertTrue(SweepFolder.isElsewhere("s3a://bucket/quick"));
    assertFalse(SweepFolder.isElsewhere("output/quick"));
    assertFalse(SweepFolder.isElsewhere("C:\\sweeps\\quick"));
  }
}
