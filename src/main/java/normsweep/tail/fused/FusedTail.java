package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.backbone.TrunkCut;
import normsweep.base.HalfPrecision;
import normsweep.tail.BatchInput;
import normsweep.tail.GraphTail;
import normsweep.tail.HeadFactory;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A tail whose trainable block is a {@link FusedBlock}; head, loss and optimiser are those of the
 * stock tail, and so are the parameters, their canonical names and what the graph computes.
 */
public final class FusedTail extends GraphTail {
  private static final int WIDENED_AT_A_TIME = 2048;

  private final FusedBlockLayer block;

  private FusedTail(
      ComputationGraph graph,
      TailSpec spec,
      List<Integer> featureShape,
      TrainableBlockShape block) {
    super(graph, spec, featureShape, parameters(graph, block));
    this.block = (FusedBlockLayer) graph.getLayer(block.convolution());
  }

  /**
   * The fastest tail there is for this backbone and head: fused, or stock with the reason in {@link
   * Tail#describe}. Parameters are initialised as by {@link TailFactory#initialise}.
   *
   * @param backbone the whole backbone
   * @param featureShape height, width and channels of one image's features
   */
  public static Tail orStock(ComputationGraph backbone, TailSpec spec, List<Integer> featureShape) {
    TrunkCut cut = TrunkCut.of(backbone, spec.unfreezeFrom());
    Optional<String> obstacle = obstacle(backbone, spec, cut);
    if (obstacle.isPresent()) {
      Gemm.useAllCores();
      return TailFactory.stock(backbone, spec, featureShape, obstacle.get());
    }
    TrainableBlockShape block = TrainableBlockShape.of(backbone, cut).orElseThrow();
    GraphBuilder builder =
        TailFactory.builder(spec.seed(), new Adam(spec.learningRate()), DataType.FLOAT)
            .addInputs(TailFactory.FEATURES)
            .setInputTypes(
                InputType.convolutional(
                    featureShape.get(0),
                    featureShape.get(1),
                    featureShape.get(2),
                    CNN2DFormat.NHWC))
            .addLayer(
                block.convolution(),
                FusedBlock.of(
                    block.convolution(),
                    block.inputs(),
                    block.channels(),
                    TailFactory.STATISTICS_DECAY,
                    block.eps()),
                TailFactory.FEATURES);
    HeadFactory.of(spec).addToPooled(builder, block.convolution(), block.channels());
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    FusedTail tail = new FusedTail(graph, spec, featureShape, block);
    TailFactory.initialise(tail, backbone);
    return tail;
  }

  /**
   * Why {@link #orStock} takes stock layers, as far as that can be told without the backbone; empty
   * if nothing speaks against a fused tail yet.
   */
  public static Optional<String> obstacle(TailSpec spec) {
    if (HeadFactory.of(spec).needsMap()) {
      return Optional.of("the head normalises the map before it is pooled");
    }
    if (!Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend")) {
      return Optional.of("the backend is " + Nd4j.getBackend().getClass().getSimpleName());
    }
    return Optional.empty();
  }

  private static Optional<String> obstacle(ComputationGraph backbone, TailSpec spec, TrunkCut cut) {
    Optional<String> known = obstacle(spec);
    if (known.isPresent()) {
      return known;
    }
    if (TailFactory.dataType(backbone) != DataType.FLOAT) {
      return Optional.of("the backbone's data type is " + TailFactory.dataType(backbone));
    }
    if (TrainableBlockShape.of(backbone, cut).isEmpty()) {
      return Optional.of(
          "what trains from "
              + cut.unfreezeFrom()
              + " on is more than a 1×1 convolution, batch norm and ReLU6");
    }
    return Optional.empty();
  }

  private static List<TailParameter> parameters(ComputationGraph graph, TrainableBlockShape block) {
    List<TailParameter> all = new ArrayList<>();
    long offset = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (!vertex.hasLayer()) {
        continue;
      }
      Layer layer = vertex.getLayer().conf().getLayer();
      if (layer instanceof FusedBlock fused) {
        long next = offset;
        for (RowMajorParameters.Entry entry : fused.entries()) {
          all.add(blockParameter(block, entry, next));
          next += entry.length();
        }
      } else {
        all.addAll(TailParameters.of(vertex.getVertexName(), vertex.getLayer(), offset));
      }
      offset += vertex.getLayer().numParams();
    }
    return List.copyOf(all);
  }

  private static TailParameter blockParameter(
      TrainableBlockShape block, RowMajorParameters.Entry entry, long offset) {
    boolean kernel = entry.key().equals(RowMajorParameters.KERNEL);
    return new TailParameter(
        (kernel ? block.convolution() : block.batchNorm()) + "_" + entry.key(),
        kernel ? TailParameter.Kind.WEIGHT : normKind(entry.key()),
        false,
        // [inputs, channels] row-major is [channels, inputs, 1, 1] column-major.
        kernel ? List.of(entry.columns(), entry.rows(), 1L, 1L) : List.of(entry.columns()),
        offset,
        entry.length(),
        kernel ? 'f' : 'c');
  }

  private static TailParameter.Kind normKind(String key) {
    return key.equals(FusedBlock.MEAN) || key.equals(FusedBlock.VARIANCE)
        ? TailParameter.Kind.STATISTIC
        : TailParameter.Kind.NORM;
  }

  @Override
  public String describe() {
    return "fused";
  }

  @Override
  public BatchInput newBatch(int images, boolean training) {
    INDArray input = newInput(images);
    return PreparedFeatures.reading(
        block.batchOf(input),
        input,
        training,
        Workers.shared(),
        training ? block::expect : evaluated -> {});
  }

  @Override
  public void put(INDArray input, int row, ShortBuffer features) {
    FloatBuffer target = Native.floats(input);
    int values = featureShape().stream().reduce(1, Math::multiplyExact);
    // Through small arrays: bulk copies and array loops are several times as fast as single gets.
    short[] halves = new short[WIDENED_AT_A_TIME];
    float[] floats = new float[WIDENED_AT_A_TIME];
    for (int done = 0; done < values; done += WIDENED_AT_A_TIME) {
      int n = Math.min(WIDENED_AT_A_TIME, values - done);
      features.get(halves, 0, n);
      HalfPrecision.toFloats(halves, floats, n);
      target.put(row * values + done, floats, 0, n);
    }
  }
}
