package normsweep.device;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Leaves all transfers to ND4J's own operations. */
final class DeviceMemory implements ArrayMemory {
  @Override
  public void write(INDArray array, long from, float[] values) {
    array
        .reshape(array.length())
        .get(NDArrayIndex.interval(from, from + values.length))
        .assign(Nd4j.createFromArray(values));
  }

  @Override
  public float[] read(INDArray vector) {
    return vector.dup('c').data().asFloat();
  }

  @Override
  public double norm(INDArray vector) {
    return vector.norm2Number().doubleValue();
  }
}
