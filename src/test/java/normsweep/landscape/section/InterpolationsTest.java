package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import normsweep.base.NormSweepException;
import normsweep.landscape.ToyTails;
import normsweep.landscape.head.Sample;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class InterpolationsTest {
  private static final Clip CLIP = Clip.globalNorm(1);

  @TempDir Path root;

  private static Trial trial(Norm norm, Clip clip, long seed) {
    return new Trial(norm, FrnPlacement.DENSE, clip, seed);
  }

  private ToySweep sweep(Norm norm) throws IOException {
    return new ToySweep(
        root, trial(norm, Clip.NONE, 1), trial(norm, CLIP, 1), trial(norm, Clip.NONE, 3));
  }

  private static List<Interpolation> compute(ToySweep sweep) throws IOException {
    Interpolations.compute(sweep.folder, sweep.trials, sweep.inputs());
    return Interpolations.read(sweep.folder).lines();
  }

  /**
   * Deeplearning4j's own batch norms, in training mode on all images at once, give the hidden
   * units; dropout changes what comes after them, so that is made here.
   */
  @Test
  void statisticsAreThoseOfAllTrainingImages() throws IOException {
    ToySweep sweep = sweep(Norm.BATCH_NORM);
    Interpolation line = compute(sweep).get(0);
    Tail from = ToySweep.tail(trial(Norm.BATCH_NORM, Clip.NONE, 1));
    Tail to = ToySweep.tail(trial(Norm.BATCH_NORM, CLIP, 1));
    Sample sample = Sample.of(from, ToyTails.features(ToySweep.IMAGES), ToySweep.IMAGES);
    assertEquals(2, sample.batches().size());
    INDArray all = Nd4j.concat(0, sample.batches().toArray(INDArray[]::new));
    for (TailParameter parameter : from.parameters()) {
      INDArray target = to.values(to.parameter(parameter.name()));
      from.values(parameter).muli(0.7).addi(target.mul(0.3));
    }
    Map<String, INDArray> activations = from.graph().feedForward(all, true);
    INDArray weight = from.values(from.parameter(Head.LOGITS + "_W"));
    INDArray bias = from.values(from.parameter(Head.LOGITS + "_b")).reshape(1, 10);
    INDArray hidden = Transforms.max(activations.get(Head.NORM), 0);
    INDArray logits = hidden.mmul(weight).addRowVector(bias);
    double loss = 0;
    for (int n = 0; n < ToySweep.IMAGES; n++) {
      double[] own = logits.getRow(n).toDoubleVector();
      loss += Math.log(Arrays.stream(own).map(Math::exp).sum()) - own[sample.labels()[n]];
    }
    assertEquals(0.3, line.alpha()[3], 1e-12);
    assertEquals(loss / ToySweep.IMAGES, line.training().loss()[3], 1e-4);
    assertEquals(ToySweep.IMAGES, line.training().images());
    assertEquals(60, line.validation().images());
  }

  @Test
  void endsAreTheSavedModels() throws IOException {
    // A layer-norm head has one batch norm, in the block: with statistics of its own images, the
    // ends are the saved models with these.
    for (Interpolation line : compute(sweep(Norm.LAYER_NORM))) {
      for (int end : new int[] {0, 10}) {
        String id = end == 0 ? line.from() : line.to();
        Tail tail =
            List.of(
                    trial(Norm.LAYER_NORM, Clip.NONE, 1),
                    trial(Norm.LAYER_NORM, CLIP, 1),
                    trial(Norm.LAYER_NORM, Clip.NONE, 3))
                .stream()
                .filter(one -> one.id().equals(id))
                .map(ToySweep::tail)
                .findFirst()
                .orElseThrow();
        Sample training = Sample.of(tail, ToyTails.features(ToySweep.IMAGES), ToySweep.IMAGES);
        RunningStatistics.recompute(tail, training.batches());
        Sample validation = Sample.of(tail, ToyTails.features(60), 60);
        assertEquals(training.evaluate(tail.graph()).loss(), line.training().loss()[end], 1e-6);
        assertEquals(
            validation.evaluate(tail.graph()).accuracy(), line.validation().accuracy()[end], 1e-9);
      }
    }
  }

  @Test
  void fusedStatisticsEqualStockOnes() {
    Trial trial = trial(Norm.BATCH_NORM, Clip.NONE, 1);
    Tail stock = ToySweep.tail(trial);
    Tail fused = ToyTails.fastest(trial);
    assertEquals("fused", fused.describe());
    fused.load(stock.copyParameters());
    for (Tail tail : List.of(stock, fused)) {
      Sample sample = Sample.of(tail, ToyTails.features(ToySweep.IMAGES), ToySweep.IMAGES);
      RunningStatistics.recompute(tail, sample.batches());
    }
    Map<String, INDArray> expected = stock.copyParameters();
    fused
        .copyParameters()
        .forEach(
            (name, found) ->
                assertArrayEquals(
                    expected.get(name).data().asFloat(), found.data().asFloat(), 1e-5f, name));
    assertTrue(Math.abs(expected.get("Conv_1_bn_mean").getFloat(0)) > 1e-3);
  }

  @Test
  void linesJoinClippingChoicesAndSeeds() throws IOException {
    ToySweep sweep =
        new ToySweep(
            root,
            trial(Norm.LAYER_NORM, Clip.NONE, 1),
            trial(Norm.LAYER_NORM, Clip.NONE, 2),
            trial(Norm.LAYER_NORM, Clip.NONE, 5),
            trial(Norm.LAYER_NORM, CLIP, 5),
            trial(Norm.BATCH_NORM, CLIP, 5));
    List<String> lines =
        compute(sweep).stream()
            .map(line -> line.kind().id() + " " + line.from() + " " + line.to())
            .toList();
    String none = "layer-norm.clip-none.seed-";
    assertEquals(
        List.of(
            "seed " + none + "1 " + none + "2",
            "seed " + none + "2 " + none + "5",
            "clip " + none + "5 layer-norm.clip-1.0.seed-5"),
        lines);
  }

  @Test
  void keepsLinesWhoseModelsAreTheSame() throws IOException {
    ToySweep sweep = sweep(Norm.LAYER_NORM);
    List<Interpolation> first = compute(sweep);
    assertEquals(4, sweep.loads.get());
    compute(sweep);
    assertEquals(4, sweep.loads.get());
    Files.writeString(sweep.folder.trial(sweep.trials.get(1).id()).model(), "trained again");
    List<Interpolation> again = compute(sweep);
    assertEquals(6, sweep.loads.get());
    assertFalse(again.get(0).key().equals(first.get(0).key()));
    assertEquals(Between.SEED, again.get(1).kind());
    assertEquals(first.get(1).key(), again.get(1).key());
  }

  @Test
  void damagedFileIsNamedAndComputedAgain() throws IOException {
    ToySweep sweep = sweep(Norm.LAYER_NORM);
    compute(sweep);
    Path file = Interpolations.file(sweep.folder);
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            whole.substring(0, whole.length() / 2),
            whole.replace("\"schema\" : 1", "\"schema\" : 7"),
            whole.replaceFirst("\"alpha\" : \\[[^]]*]", "\"alpha\" : [0.0]"))) {
      assertFalse(whole.equals(damaged));
      Files.writeString(file, damaged);
      NormSweepException e =
          assertThrows(NormSweepException.class, () -> Interpolations.read(sweep.folder));
      assertTrue(e.getMessage().contains("interpolation.json is damaged"), e.getMessage());
      assertEquals(2, compute(sweep).size());
    }
  }
}
