package normsweep.landscape.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters a surface is about, packed into a vector of their own: trained parameters only, in
 * the tail's order. Batch-norm statistics are never part of it.
 */
public final class ParameterScope {
  private final List<TailParameter> sources;
  private final List<TailParameter> packed = new ArrayList<>();
  private final int length;

  private ParameterScope(Stream<TailParameter> chosen) {
    sources = chosen.filter(TailParameter::trained).toList();
    long offset = 0;
    for (TailParameter source : sources) {
      packed.add(source.at(offset));
      offset += source.length();
    }
    length = Math.toIntExact(offset);
  }

  /** The head's trained parameters. */
  public static ParameterScope head(List<TailParameter> parameters) {
    return new ParameterScope(parameters.stream().filter(TailParameter::head));
  }

  /** All trained parameters. */
  public static ParameterScope tail(List<TailParameter> parameters) {
    return new ParameterScope(parameters.stream());
  }

  /** The parameters with their offsets in the packed vector. */
  public List<TailParameter> parameters() {
    return List.copyOf(packed);
  }

  /** Length of the packed vector. */
  public int length() {
    return length;
  }

  /** The packed parameter of a canonical name. */
  Optional<TailParameter> find(String name) {
    return packed.stream().filter(parameter -> parameter.name().equals(name)).findFirst();
  }

  /** Copies this scope's values out of a graph's flat vector. */
  public double[] gather(INDArray flat) {
    double[] vector = new double[length];
    for (int k = 0; k < sources.size(); k++) {
      double[] values = part(flat, sources.get(k)).dup().data().asDouble();
      System.arraycopy(values, 0, vector, offset(k), values.length);
    }
    return vector;
  }

  /** Copies a packed vector into a graph's flat vector; what is out of scope stays as it is. */
  public void scatter(double[] vector, INDArray flat) {
    for (int k = 0; k < sources.size(); k++) {
      INDArray part = part(flat, sources.get(k));
      int end = offset(k) + Math.toIntExact(part.length());
      part.assign(Nd4j.createFromArray(Arrays.copyOfRange(vector, offset(k), end)));
    }
  }

  private int offset(int k) {
    return Math.toIntExact(packed.get(k).offset());
  }

  private static INDArray part(INDArray flat, TailParameter parameter) {
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(parameter.offset(), parameter.offset() + parameter.length()));
  }
}
