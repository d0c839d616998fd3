package normsweep.model.fused;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes a {@link FusedHidden}: x·W, dW = xᵀ·dh and dx = dh·Wᵀ are split over {@link Lanes} by
 * units and inputs; norm and activation are loops over a few thousand values.
 */
public final class FusedHiddenLayer extends BaseLayer<FusedHidden> {
  private static final long serialVersionUID = 1L;

  private final transient Lanes lanes = Lanes.shared();
  private transient HiddenNorm norm;
  private transient FloatPointer hidden = new FloatPointer();
  private transient float[] values = {};
  private transient boolean trained;

  /** Made by {@link FusedHidden#instantiate}. */
  public FusedHiddenLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  private int inputs() {
    return Math.toIntExact(layerConf().getNIn());
  }

  private int units() {
    return Math.toIntExact(layerConf().getNOut());
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    Gemm.useCallingThreadOnly();
    input = Native.rowMajor(input, workspaceMgr, ArrayType.INPUT);
    int rows = Math.toIntExact(input.size(0));
    reserve(rows);
    FloatPointer x = Native.pointer(input);
    FloatPointer w = Native.pointer(params.get(RowMajorParameters.KERNEL));
    lanes.split(
        units(),
        (lane, from, to) ->
            Gemm.multiply(
                Gemm.Matrix.of(x, rows, inputs()),
                Gemm.Matrix.of(w, inputs(), units()).columns(from, to),
                Gemm.Matrix.of(hidden, rows, units()).columns(from, to)));
    hidden.asBuffer().get(0, values, 0, rows * units());
    norm.forward(values, rows, vectors(params), training);
    trained = training;
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {rows, units()}, 'c');
    Native.floats(output).put(0, values, 0, rows * units());
    return output;
  }

  private void reserve(int rows) {
    if (norm == null) {
      norm = HiddenNorm.of(layerConf());
    }
    if (values.length < rows * units()) {
      values = new float[rows * units()];
      hidden.close();
      hidden = new FloatPointer((long) rows * units());
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (!trained) {
      throw new IllegalStateException(
          "There is no forward pass in training mode to go back over " + layerId());
    }
    int rows = Math.toIntExact(input.size(0));
    Native.floats(Native.rowMajor(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM))
        .get(0, values, 0, rows * units());
    Map<String, float[]> vectors = new LinkedHashMap<>();
    gradientViews.forEach(
        (key, view) -> {
          if (!key.equals(RowMajorParameters.KERNEL)) {
            vectors.put(key, new float[units()]);
          }
        });
    norm.backward(values, rows, vectors(params), vectors);
    vectors.forEach((key, gradient) -> Native.floats(gradientViews.get(key)).put(0, gradient));
    hidden.asBuffer().put(0, values, 0, rows * units());

    INDArray below =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, new long[] {rows, inputs()}, 'c');
    FloatPointer x = Native.pointer(input);
    FloatPointer w = Native.pointer(params.get(RowMajorParameters.KERNEL));
    FloatPointer dw = Native.pointer(gradientViews.get(RowMajorParameters.KERNEL));
    FloatPointer dx = Native.pointer(below);
    lanes.split(
        inputs(),
        (lane, from, to) -> {
          Gemm.Matrix dh = Gemm.Matrix.of(hidden, rows, units());
          Gemm.multiplyTransposed(
              Gemm.Matrix.of(x, rows, inputs()).columns(from, to),
              dh,
              Gemm.Matrix.of(dw, inputs(), units()).rows(from, to));
          Gemm.multiplyByTransposed(
              dh,
              Gemm.Matrix.of(w, inputs(), units()).rows(from, to),
              Gemm.Matrix.of(dx, rows, inputs()).columns(from, to));
        });
    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient::setGradientFor);
    return new Pair<>(gradient, below);
  }

  private static Map<String, float[]> vectors(Map<String, INDArray> arrays) {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    arrays.forEach(
        (key, array) -> {
          if (!key.equals(RowMajorParameters.KERNEL)) {
            vectors.put(key, Native.values(array));
          }
        });
    return vectors;
  }

  /** The running statistics travel as finished updates. */
  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return !FusedHidden.MEAN.equals(key) && !FusedHidden.VARIANCE.equals(key);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
