package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorsTest {
  @Test
  void usersNumberIsAnUpperBound() {
    assertEquals(4, Processors.count(null, 4));
    assertEquals(4, Processors.count("", 4));
    assertEquals(1, Processors.count("1", 4));
    assertEquals(3, Processors.count("3", 4));
    assertEquals(4, Processors.count("64", 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "many", "4,2", " 4", "1.5", "99999999999"})
  void anythingElseIsRefused(String bound) {
    NormSweepException e = assertThrows(NormSweepException.class, () -> Processors.count(bound, 4));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().startsWith("OMP_NUM_THREADS is '" + bound + "'"), e.getMessage());
  }
}
