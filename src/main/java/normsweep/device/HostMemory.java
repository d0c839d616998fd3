package normsweep.device;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;

import java.nio.DoubleBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Direct access to arrays in this machine's memory. */
public final class HostMemory implements ArrayMemory {
  // Short enough for sums in single precision, and for OpenBLAS not to wake other threads.
  private static final long NORM_BLOCK = 4096;

  HostMemory() {}

  /** Whether an array's values are of single precision and lie row by row, gapless. */
  public static boolean holds(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      return false;
    }
    long expected = 1;
    for (int dimension = array.rank() - 1; dimension >= 0; dimension--) {
      if (array.size(dimension) != 1 && array.stride(dimension) != expected) {
        return false;
      }
      expected *= array.size(dimension);
    }
    return true;
  }

  /** Where the first value of a row-major array lies. */
  public static FloatPointer pointer(INDArray array) {
    if (!holds(array)) {
      throw new IllegalArgumentException("not a row-major array: " + array.shapeInfoToString());
    }
    Pointer first = array.data().addressPointer();
    return new FloatPointer(first).capacity(first.position() + array.length());
  }

  @Override
  public void write(INDArray array, long from, float[] values) {
    int start = Math.toIntExact(from);
    if (array.dataType() == DataType.DOUBLE) {
      DoubleBuffer target = array.data().asNioDouble().position(start);
      for (float value : values) {
        target.put(value);
      }
    } else {
      array.data().asNioFloat().put(start, values);
    }
  }

  @Override
  public float[] read(INDArray vector) {
    float[] values = new float[Math.toIntExact(vector.length())];
    vector.data().asNioFloat().get(Math.toIntExact(vector.offset()), values);
    return values;
  }

  // ND4J's own norm of a layer's gradient takes as long as its update.
  @Override
  public double norm(INDArray vector) {
    return holds(vector)
        ? Math.sqrt(squaredNorm(pointer(vector), vector.length()))
        : vector.norm2Number().doubleValue();
  }

  // In double precision from block to block.
  private static double squaredNorm(FloatPointer values, long length) {
    double sum = 0;
    for (long at = 0; at < length; at += NORM_BLOCK) {
      FloatPointer block = new FloatPointer(values).position(values.position() + at);
      sum += cblas_sdot((int) Math.min(NORM_BLOCK, length - at), block, 1, block, 1);
    }
    return sum;
  }
}
