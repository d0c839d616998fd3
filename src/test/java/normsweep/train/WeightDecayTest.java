package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.tail.SmallTails;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

class WeightDecayTest {
  private static final double RATE = 0.5;
  private static final double LAMBDA = 0.1;
  private static final int IMAGES = 6;

  private static Tail tail(boolean fused, Norm norm, Optimizer optimizer, double lambda) {
    Tail tail = SmallTails.tail(fused, norm, optimizer, new FixedSchedule(RATE));
    // Norms and biases that start at 0 could not decay.
    Random random = new Random(1);
    for (TailParameter parameter : tail.parameters()) {
      if (parameter.trained()) {
        INDArray values = tail.values(parameter);
        for (long i = 0; i < values.length(); i++) {
          values.putScalar(i, values.getDouble(i) + 0.1 * random.nextGaussian());
        }
      }
    }
    if (lambda > 0) {
      tail.graph().setListeners(new WeightDecay(optimizer, lambda, tail));
    }
    return tail;
  }

  private static void step(Tail tail, int seed) {
    Random random = new Random(seed);
    INDArray features = tail.newInput(IMAGES);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextGaussian());
    }
    INDArray labels = Nd4j.zeros(DataType.FLOAT, IMAGES, 10);
    for (int image = 0; image < IMAGES; image++) {
      labels.putScalar(image, image, 1);
    }
    tail.graph().fit(new INDArray[] {features}, new INDArray[] {labels});
  }

  /**
   * One step on the same batch with and without decay: a weight w ends η·λ·w lower, coupled to
   * gradient descent (whose first step is η·g) or not; nothing else differs, nor does the loss.
   */
  @ParameterizedTest
  @EnumSource(Norm.class)
  void onlyWeightsDecayAndByRateTimesLambda(Norm norm) {
    for (boolean fused : new boolean[] {true, false}) {
      for (Optimizer optimizer : new Optimizer[] {Optimizer.SGD, Optimizer.ADAMW}) {
        Tail plain = tail(fused, norm, optimizer, 0);
        Tail decayed = tail(fused, norm, optimizer, LAMBDA);
        Map<String, INDArray> start = plain.copyParameters();
        step(plain, 1);
        step(decayed, 1);
        assertEquals(plain.graph().score(), decayed.graph().score());
        for (TailParameter parameter : plain.parameters()) {
          INDArray expected = plain.values(parameter).dup();
          if (parameter.kind() == TailParameter.Kind.WEIGHT) {
            expected.subi(start.get(parameter.name()).mul(RATE * LAMBDA));
          }
          assertArrayEquals(
              expected.dup('c').data().asFloat(),
              decayed.values(parameter).dup('c').data().asFloat(),
              parameter.kind() == TailParameter.Kind.WEIGHT ? 1e-6f : 0,
              parameter.name());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SGD, BATCH_NORM",
    "SGD, LAYER_NORM",
    "SGD, FILTER_RESPONSE_NORM",
    "SGD, NONE",
    "NESTEROV, LAYER_NORM",
    "ADAMW, LAYER_NORM",
    "ADAMW, NONE"
  })
  void fusedTailDecaysLikeStockTail(Optimizer optimizer, Norm norm) {
    Tail fused = tail(true, norm, optimizer, LAMBDA);
    Tail stock = tail(false, norm, optimizer, LAMBDA);
    stock.load(fused.copyParameters());
    for (int seed = 0; seed < 4; seed++) {
      step(fused, seed);
      step(stock, seed);
    }
    for (TailParameter parameter : stock.parameters()) {
      INDArray expected = stock.values(parameter);
      double difference =
          expected.sub(fused.values(fused.parameter(parameter.name()))).norm2Number().doubleValue();
      double size = expected.norm2Number().doubleValue();
      assertTrue(difference <= 1e-5 * size, parameter.name() + ": " + difference + " of " + size);
    }
  }
}
