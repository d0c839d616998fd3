package normsweep.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

public final class FuzzProcessTest {
  /** Throws for one beginning in 4 billion, which nothing but its own branches gives away. */
  public static final class Needle {
    private static final String BEGINNING = "Nrm!";

    private Needle() {}

    public static void fuzzerTestOneInput(byte[] input) {
      int equal = 0;
      while (equal < input.length && equal < 4 && input[equal] == BEGINNING.charAt(equal)) {
        equal++;
      }
      if (equal == 4) {
        throw new IllegalStateException("found the needle");
      }
    }
  }

  @Test
  void coverageFindsWhatChanceDoesNot() throws IOException, InterruptedException {
    FuzzProcess.Outcome outcome =
        new FuzzProcess(Needle.class, 200_000, "normsweep.fuzz.**")
            .jars()
            .seed(new byte[] {'?'})
            .run();
    assertTrue(outcome.exitCode() != 0, outcome.output());
    assertTrue(outcome.output().contains("found the needle"), outcome.output());
    assertTrue(outcome.coverage().get(1) > outcome.coverage().get(0), outcome.output());
    assertEquals(1, outcome.corpus().get(0), outcome.output());
  }
}
