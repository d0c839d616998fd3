package normsweep.tail.fused;

import java.util.List;
import java.util.Optional;
import normsweep.backbone.TrunkCut;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Makes tails whose trainable block is a {@link FusedBlock}; head, loss and optimiser are those of
 * the stock tail, and so are the parameters, their canonical names and what the graph computes.
 */
public final class FusedTail {
  private FusedTail() {}

  /**
   * The fastest tail there is for this backbone and head: fused, or stock with the reason in {@link
   * Tail#describe}. Parameters are initialised as by {@link TailFactory#initialise}.
   *
   * @param backbone the whole backbone
   * @param featureShape height, width and channels of one image's features
   */
  public static Tail orStock(ComputationGraph backbone, TailSpec spec, List<Integer> featureShape) {
    Optional<TrainableBlockShape> block =
        TrainableBlockShape.of(backbone, TrunkCut.of(backbone, spec.unfreezeFrom()));
    Optional<String> obstacle = obstacle(spec);
    if (obstacle.isEmpty() && TailFactory.dataType(backbone) != DataType.FLOAT) {
      obstacle = Optional.of("the backbone's data type is " + TailFactory.dataType(backbone));
    } else if (obstacle.isEmpty() && block.isEmpty()) {
      obstacle =
          Optional.of(
              "what trains from "
                  + spec.unfreezeFrom()
                  + " on is more than a 1×1 convolution, batch norm and ReLU6");
    }
    if (obstacle.isPresent()) {
      Gemm.useAllCores();
      return TailFactory.stock(backbone, spec, featureShape, obstacle.get());
    }
    return of(block.orElseThrow(), backbone, spec, featureShape);
  }

  private static Tail of(
      TrainableBlockShape block,
      ComputationGraph backbone,
      TailSpec spec,
      List<Integer> featureShape) {
    String name = block.convolution();
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
                name,
                new FusedBlock(
                    name,
                    block.inputs(),
                    block.channels(),
                    TailFactory.STATISTICS_DECAY,
                    block.eps()),
                TailFactory.FEATURES);
    Head.addToPooled(builder, spec, name, block.channels());
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    List<TailParameter> parameters =
        TailParameters.of(graph).stream()
            .map(parameter -> parameter.head() ? parameter : canonical(parameter, block))
            .toList();
    Tail tail = new Tail(graph, spec, featureShape, parameters, "fused");
    TailFactory.initialise(tail, backbone);
    return tail;
  }

  /**
   * Why {@link #orStock} takes stock layers, as far as that can be told without the backbone; empty
   * if nothing speaks against a fused tail yet.
   */
  public static Optional<String> obstacle(TailSpec spec) {
    if (spec.spatialFrn()) {
      return Optional.of("the head normalises the map before it is pooled");
    }
    if (!Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend")) {
      return Optional.of("the backend is " + Nd4j.getBackend().getClass().getSimpleName());
    }
    return Optional.empty();
  }

  // A parameter of the fused block under the name and shape that it has in stock layers.
  private static TailParameter canonical(TailParameter parameter, TrainableBlockShape block) {
    String key = parameter.name().substring(block.convolution().length());
    if (key.equals("_" + FusedBlock.KERNEL)) {
      // [inputs, channels] row-major is [channels, inputs, 1, 1] column-major.
      return new TailParameter(
          parameter.name(),
          TailParameter.Kind.WEIGHT,
          false,
          List.of((long) block.channels(), (long) block.inputs(), 1L, 1L),
          parameter.offset(),
          parameter.length(),
          'f');
    }
    boolean statistic = key.equals("_" + FusedBlock.MEAN) || key.equals("_" + FusedBlock.VARIANCE);
    return new TailParameter(
        block.batchNorm() + key,
        statistic ? TailParameter.Kind.STATISTIC : TailParameter.Kind.NORM,
        false,
        List.of(parameter.length()),
        parameter.offset(),
        parameter.length(),
        'c');
  }
}
