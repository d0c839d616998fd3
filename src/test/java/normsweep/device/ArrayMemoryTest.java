package normsweep.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Both ways to the values of arrays, on arrays in this machine's memory. */
class ArrayMemoryTest {
  private static final List<ArrayMemory> BOTH = List.of(ArrayMemory.HOST, ArrayMemory.DEVICE);

  @Test
  void writesWhereItIsTold() {
    for (ArrayMemory memory : BOTH) {
      for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
        INDArray array = Nd4j.zeros(type, 2, 1, 2, 2);
        memory.write(array, 4, new float[] {1, 2, 3, 4});
        memory.write(array, 1, new float[] {7, 8});
        assertArrayEquals(
            new float[] {0, 7, 8, 0, 1, 2, 3, 4}, array.dup('c').data().asFloat(), type.toString());
      }
    }
  }

  @Test
  void readsAndMeasuresParts() {
    INDArray vector = Nd4j.createFromArray(9f, 3f, -4f, 9f);
    INDArray part = vector.get(NDArrayIndex.interval(1, 3));
    for (ArrayMemory memory : BOTH) {
      assertArrayEquals(new float[] {3, -4}, memory.read(part));
      assertEquals(5, memory.norm(part), 1e-6);
    }
  }

  @Test
  void normsAgreeOnLongVectors() {
    INDArray vector = Nd4j.linspace(DataType.FLOAT, -1, 1e-4, 20_001);
    double expected = 0;
    for (float value : vector.data().asFloat()) {
      expected += (double) value * value;
    }
    for (ArrayMemory memory : BOTH) {
      assertEquals(Math.sqrt(expected), memory.norm(vector), 1e-4 * Math.sqrt(expected));
    }
  }
}
