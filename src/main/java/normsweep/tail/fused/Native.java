package normsweep.tail.fused;

import java.nio.FloatBuffer;
import normsweep.device.HostMemory;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Direct access to the memory of single-precision arrays whose values lie row by row, gapless. */
final class Native {
  private Native() {}

  /** The array itself where it is row-major already, else a copy in the given workspace. */
  static INDArray rowMajor(INDArray array, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
    if (HostMemory.holds(array)) {
      return array;
    }
    return workspaceMgr.dup(type, array.castTo(DataType.FLOAT), 'c');
  }

  /** The pointer moved on by {@code values} values. */
  static FloatPointer at(FloatPointer start, long values) {
    return new FloatPointer(start).position(start.position() + values);
  }

  /** The memory of a row-major array. */
  static FloatBuffer floats(INDArray array) {
    return HostMemory.pointer(array).asBuffer();
  }

  /** A copy of the values of a row-major array. */
  static float[] values(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    floats(array).get(0, values);
    return values;
  }
}
