package normsweep.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The head's trained parameters in a file, for the optimiser's path: little-endian 32-bit floats,
 * parameters in the order of their canonical names, each row-major in its canonical shape. The file
 * does not depend on how the tail is computed or on the order in memory.
 */
public final class HeadSnapshot {
  private HeadSnapshot() {}

  /** Writes a snapshot of a tail's parameters, whose values are in the graph's flat vector. */
  static void write(Path file, List<TailParameter> parameters, INDArray vector) throws IOException {
    byte[] bytes = TailState.littleEndian(TailState.read(head(parameters), vector));
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  /**
   * Reads a snapshot of a tail with the same head.
   *
   * @return row-major values by canonical name
   * @throws NormSweepException exit code 3 if the file's size or a value of it is wrong
   */
  public static Map<String, float[]> read(Path file, List<TailParameter> parameters)
      throws IOException {
    List<TailParameter> head = head(parameters);
    long bytes = Files.size(file);
    int needed = Math.multiplyExact(Float.BYTES, TailState.length(head));
    if (bytes != needed) {
      throw damaged(file, "has " + bytes + " bytes, but the head's parameters need " + needed);
    }
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    FloatBuffer floats = content.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    Map<String, float[]> values = new LinkedHashMap<>();
    for (TailParameter parameter : head) {
      float[] own = new float[Math.toIntExact(parameter.length())];
      floats.get(own);
      for (float value : own) {
        if (!Float.isFinite(value)) {
          throw damaged(file, "contains a " + value + " in " + parameter.name());
        }
      }
      values.put(parameter.name(), own);
    }
    return values;
  }

  private static NormSweepException damaged(Path file, String what) {
    String remedy = "; delete the folder " + file.getParent();
    return NormSweepException.unavailable(
        file + " " + what + remedy + " to continue without the optimiser's path.");
  }

  private static List<TailParameter> head(List<TailParameter> parameters) {
    return parameters.stream()
        .filter(parameter -> parameter.head() && parameter.trained())
        .sorted(TailState.BY_NAME)
        .toList();
  }
}
