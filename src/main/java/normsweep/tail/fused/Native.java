package normsweep.tail.fused;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Direct access to the memory of single-precision arrays whose values lie row by row, gapless. */
public final class Native {
  // Short enough for sums in single precision, and for OpenBLAS not to wake other threads.
  private static final long NORM_BLOCK = 4096;

  private Native() {}

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

  /** The array itself where it is row-major already, else a copy in the given workspace. */
  static INDArray rowMajor(INDArray array, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
    if (holds(array)) {
      return array;
    }
    return workspaceMgr.dup(type, array.castTo(DataType.FLOAT), 'c');
  }

  /** Where the first value of a row-major array lies. */
  static FloatPointer pointer(INDArray array) {
    if (!holds(array)) {
      throw new IllegalArgumentException("not a row-major array: " + array.shapeInfoToString());
    }
    Pointer first = array.data().addressPointer();
    return new FloatPointer(first).capacity(first.position() + array.length());
  }

  /** The pointer moved on by {@code values} values. */
  static FloatPointer at(FloatPointer start, long values) {
    return new FloatPointer(start).position(start.position() + values);
  }

  /** The memory of a row-major array. */
  public static FloatBuffer floats(INDArray array) {
    return pointer(array).asBuffer();
  }

  /** A copy of the values of a row-major array. */
  public static float[] values(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    floats(array).get(0, values);
    return values;
  }

  /** The sum of squares of a row-major array, in double precision from block to block. */
  public static double squaredNorm(INDArray array) {
    FloatPointer values = pointer(array);
    double sum = 0;
    for (long at = 0; at < array.length(); at += NORM_BLOCK) {
      FloatPointer block = at(values, at);
      sum += cblas_sdot((int) Math.min(NORM_BLOCK, array.length() - at), block, 1, block, 1);
    }
    return sum;
  }
}
