package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.base.NormSweepException;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HeadSnapshotTest {
  @TempDir Path folder;

  /** A flat vector and its layout. */
  record Flat(INDArray vector, List<TailParameter> parameters) {
    void write(Path file) throws IOException {
      HeadSnapshot.write(file, parameters, vector);
    }
  }

  private static TailParameter of(
      String name, Kind kind, boolean head, List<Long> shape, int offset, int length, char order) {
    return new TailParameter(name, kind, head, shape, offset, length, order);
  }

  // W = [[1, 2], [3, 4], [5, 6]], b = [7, 8]; block and statistic hold 9.
  private static final Flat COLUMN_MAJOR =
      new Flat(
          Nd4j.createFromArray(9f, 1f, 3f, 5f, 2f, 4f, 6f, 7f, 8f, 9f),
          List.of(
              of("Conv_1_W", Kind.WEIGHT, false, List.of(1L, 1L, 1L, 1L), 0, 1, 'c'),
              of("head_dense_W", Kind.WEIGHT, true, List.of(3L, 2L), 1, 6, 'f'),
              of("head_dense_b", Kind.BIAS, true, List.of(1L, 2L), 7, 2, 'c'),
              of("head_norm_mean", Kind.STATISTIC, true, List.of(1L, 1L), 9, 1, 'c')));

  static final Flat ROW_MAJOR =
      new Flat(
          Nd4j.createFromArray(7f, 8f, 1f, 2f, 3f, 4f, 5f, 6f),
          List.of(
              of("head_dense_b", Kind.BIAS, true, List.of(1L, 2L), 0, 2, 'c'),
              of("head_dense_W", Kind.WEIGHT, true, List.of(3L, 2L), 2, 6, 'c')));

  @Test
  void everyLayoutGivesTheSameFile() throws IOException {
    COLUMN_MAJOR.write(folder.resolve("a"));
    ROW_MAJOR.write(folder.resolve("b"));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a")), Files.readAllBytes(folder.resolve("b")));
    assertEquals(8 * Float.BYTES, Files.size(folder.resolve("a")));
  }

  @Test
  void readsBackRowMajorByName() throws IOException {
    COLUMN_MAJOR.write(folder.resolve("a"));
    Map<String, float[]> values = HeadSnapshot.read(folder.resolve("a"), COLUMN_MAJOR.parameters());
    assertEquals(2, values.size());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, values.get("head_dense_W"));
    assertArrayEquals(new float[] {7, 8}, values.get("head_dense_b"));
  }

  @Test
  void fileOfAnotherHeadIsNamed() throws IOException {
    Path file = folder.resolve("a");
    Files.write(file, new byte[12]);
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> HeadSnapshot.read(file, ROW_MAJOR.parameters()));
    assertTrue(e.getMessage().contains(file.toString()) && e.getMessage().contains("12"));
  }
}
