package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFolderTest {
  private static final String MISSING = "/no/such/home";

  @TempDir Path folder;

  @Test
  void keepsWritableHomeFolder() {
    assertEquals(folder.toString(), HomeFolder.choose(folder.toString(), "/tmp", Optional.empty()));
    assertEquals(MISSING, HomeFolder.choose(MISSING, null, Optional.of(folder)));
  }

  @Test
  void fallsBackToEnvironmentThenCache() {
    assertEquals(
        folder.toString(),
        HomeFolder.choose("?", folder.toString(), Optional.of(Path.of("/cache"))));
    assertEquals(
        folder.toString(), HomeFolder.choose(MISSING, folder.toString(), Optional.empty()));
    assertEquals("/cache", HomeFolder.choose("?", MISSING, Optional.of(Path.of("/cache"))));
    assertEquals("/cache", HomeFolder.choose("?", null, Optional.of(Path.of("/cache"))));
    assertEquals(MISSING, HomeFolder.choose("?", MISSING, Optional.empty()));
  }

  @Test
  void namesRemedyWithoutHomeFolder() {
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> HomeFolder.choose("?", null, Optional.empty()));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("NORMSWEEP_CACHE"), e.getMessage());
  }
}
