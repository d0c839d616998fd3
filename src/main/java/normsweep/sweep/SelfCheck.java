package normsweep.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.train.LabelledFeatures;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a small batch through every head and checks shapes, a finite loss, a gradient in every
 * trainable parameter and unchanged frozen parameters.
 */
public final class SelfCheck {
  private static final int BATCH = 32;
  private static final String CONFIG =
      "{data: {train: 40, validation: 10, test: 10, views: 1}, training: {batchSize: 32, epochs:"
          + " 1}}";

  private SelfCheck() {}

  /** The subject of a check, whether it passed, and the figures behind it. */
  public record Outcome(String what, boolean passed, String detail) {}

  /** The config of the check, which is small and always the same. */
  public static SweepConfig config() {
    return SweepYaml.parse("check", "check", CONFIG, List.of());
  }

  /** Checks every head. */
  public static List<Outcome> run(SweepInputs inputs) {
    List<Outcome> outcomes = new ArrayList<>();
    String parity = String.format(Locale.ROOT, "largest difference %.1e", inputs.parity());
    outcomes.add(new Outcome("trunk parity", true, parity));
    byte[] frozen = frozen(inputs);
    for (Norm norm : Norm.values()) {
      check(inputs, new Trial(norm, FrnPlacement.DENSE, Clip.NONE, 1), outcomes);
    }
    check(
        inputs, new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 1), outcomes);
    boolean untouched = Arrays.equals(frozen, frozen(inputs));
    outcomes.add(
        new Outcome("frozen parameters", untouched, untouched ? "byte-identical" : "changed"));
    return List.copyOf(outcomes);
  }

  private static byte[] frozen(SweepInputs inputs) {
    return inputs.backbone().params().dup().data().asBytes();
  }

  private static void check(SweepInputs inputs, Trial trial, List<Outcome> outcomes) {
    Tail tail = inputs.networks().tail(trial);
    ComputationGraph graph = tail.graph();
    LabelledFeatures set = inputs.features().training(0);
    INDArray input = tail.newInput(BATCH);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, inputs.classes().size());
    for (int row = 0; row < BATCH; row++) {
      tail.put(input, row, set.store().half(row));
      labels.putScalar(row, set.labels()[row], 1);
    }
    String shape = Arrays.toString(graph.outputSingle(false, input).shape());
    String expected = Arrays.toString(new long[] {BATCH, inputs.classes().size()});
    outcomes.add(
        new Outcome(
            trial.head() + ": output",
            shape.equals(expected),
            tail.describe() + ", shape " + shape));
    graph.setInputs(input);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    String loss = String.format(Locale.ROOT, "%.3f", graph.score());
    outcomes.add(new Outcome(trial.head() + ": loss", Double.isFinite(graph.score()), loss));
    outcomes.add(gradients(trial, tail));
  }

  private static Outcome gradients(Trial trial, Tail tail) {
    INDArray flat = tail.graph().getFlattenedGradients();
    List<TailParameter> trained =
        tail.parameters().stream().filter(TailParameter::trained).toList();
    Optional<TailParameter> unreached =
        trained.stream()
            .filter(
                parameter -> {
                  double norm = parameter.view(flat).norm2Number().doubleValue();
                  return !(norm > 0) || Double.isInfinite(norm);
                })
            .findFirst();
    return new Outcome(
        trial.head() + ": gradients",
        unreached.isEmpty(),
        unreached
            .map(parameter -> "none in " + parameter.name())
            .orElse("in all " + trained.size() + " trainable parameters"));
  }
}
