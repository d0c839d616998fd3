package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

class AcquisitionTest {
  private final List<String> asked = new ArrayList<>();

  @Test
  void takesTheFirstThatHasIt() throws IOException {
    assertEquals("second", first(List.of(lacking("first"), having("second"), having("third"))));
    assertEquals(List.of("first", "second"), asked);
  }

  @Test
  void namesEachReasonAndTheRemedy() {
    NormSweepException none =
        assertThrows(NormSweepException.class, () -> first(List.of(lacking("a"), lacking("b"))));
    assertEquals(ExitCode.UNAVAILABLE, none.exitCode());
    assertEquals(
        "It is unavailable: a: no answer; b: no answer; place it by hand", none.getMessage());
  }

  @Test
  void anotherFailureEndsTheSearch() {
    NormSweepException full = NormSweepException.failed("The disk is full.");
    Acquisition.Source<String> failing =
        () -> {
          throw full;
        };
    assertSame(
        full,
        assertThrows(NormSweepException.class, () -> first(List.of(failing, having("second")))));
    assertEquals(List.of(), asked);
  }

  private static String first(List<Acquisition.Source<String>> sources) throws IOException {
    return Acquisition.first("It is", sources, "place it by hand");
  }

  private Acquisition.Source<String> having(String name) {
    return () -> {
      asked.add(name);
      return name;
    };
  }

  private Acquisition.Source<String> lacking(String name) {
    return () -> {
      asked.add(name);
      throw NormSweepException.unavailable(name + ": no answer.");
    };
  }
}
