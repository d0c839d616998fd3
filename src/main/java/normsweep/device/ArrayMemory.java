package normsweep.device;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How the values of ND4J's arrays get from and to Java's. */
public interface ArrayMemory {
  /** Arrays in this machine's memory, where Java reads and writes them in place. */
  ArrayMemory HOST = new HostMemory();

  /** Arrays in a GPU's memory: this machine has copies at best, which may be out of date. */
  ArrayMemory DEVICE = new DeviceMemory();

  /**
   * Writes values into a new array, row-major and gapless. Safe to call from any thread, as long as
   * no two write the same values.
   *
   * @param from where in the array they go
   */
  void write(INDArray array, long from, float[] values);

  /** A copy of the values of a vector. */
  float[] read(INDArray vector);

  /** The 2-norm of a vector. */
  double norm(INDArray vector);
}
