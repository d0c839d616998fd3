package normsweep.tail;

import java.nio.ShortBuffer;
import java.util.function.IntFunction;
import normsweep.device.ArrayMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills one array of {@link Tail#newInput} with one batch after the other. */
public interface BatchReader {
  /**
   * Starts a batch and returns at once, so that it can be read while the step before computes.
   *
   * @param images gives the half-precision values, NHWC, of the image of a row, from 0; called from
   *     any thread until {@link #finish} returns
   */
  void begin(IntFunction<ShortBuffer> images);

  /** Completes the batch, or throws the error that reading it caused. */
  void finish();

  /** Reads nothing before {@link #finish}. */
  static BatchReader inTime(INDArray input, ArrayMemory memory) {
    return new BatchReader() {
      private IntFunction<ShortBuffer> source;

      @Override
      public void begin(IntFunction<ShortBuffer> images) {
        source = images;
      }

      @Override
      public void finish() {
        for (int row = 0; row < input.size(0); row++) {
          Tail.put(input, row, source.apply(row), memory);
        }
      }
    };
  }
}
