package normsweep.ui.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TotalNormsTest {
  private static final String HEADER = "iteration,parameter,normBefore,normAfter\n";
  private static final String FIRST = "1,dense_W,3.0,0.6\n1,dense_b,4.0,0.8\n1,total,5.0,1.0\n";
  private static final String SECOND = "2,dense_W,0.3,0.3\n2,dense_b,0.4,0.4\n2,total,0.5,0.5\n";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("gradients.csv");
  }

  private TotalNorms read(String text, TotalNorms before) throws IOException {
    Files.writeString(file, text);
    return TotalNorms.read(file, before);
  }

  private static void assertNorms(TotalNorms norms, double[] before, double[] after) {
    assertArrayEquals(before, norms.series().before("total"));
    assertArrayEquals(after, norms.series().after("total"));
    assertEquals(before.length, norms.series().size());
  }

  @Test
  void unfinishedRowsAreLeftForLater() throws IOException {
    TotalNorms first = read(HEADER + FIRST + "2,dense_W,0.3,0.3\n2,total,0.", TotalNorms.NONE);
    assertNorms(first, new double[] {5}, new double[] {1});
    TotalNorms both = read(HEADER + FIRST + SECOND, first);
    assertNorms(both, new double[] {5, 0.5}, new double[] {1, 0.5});
    assertArrayEquals(new int[] {1, 2}, both.series().iterations());
    assertSame(both, TotalNorms.read(file, both));
  }

  @Test
  void onlyNewRowsAreParsed() throws IOException {
    TotalNorms first = read(HEADER + FIRST, TotalNorms.NONE);
    String changed = (HEADER + FIRST).replace("3.0,0.6", "3.0,x.x");
    assertNorms(read(changed + SECOND, first), new double[] {5, 0.5}, new double[] {1, 0.5});
  }

  /** A trial that is run again, and has come further than before when it is looked at. */
  @Test
  void otherRowsAreParsedAgain() throws IOException {
    TotalNorms first = read(HEADER + FIRST, TotalNorms.NONE);
    String other = (HEADER + FIRST).replace("5.0,1.0", "7.0,2.0");
    assertNorms(read(other + SECOND, first), new double[] {7, 0.5}, new double[] {2, 0.5});
    assertNorms(read(HEADER, first), new double[0], new double[0]);
  }

  @Test
  void malformedRowsAreRefused() throws IOException {
    for (String row : new String[] {"1,total,x,1\n", "1,total,5\n", "one,total,5,1\n"}) {
      assertThrows(NormSweepException.class, () -> read(HEADER + row, TotalNorms.NONE), row);
    }
  }
}
