package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.base.NormSweepException;
import normsweep.landscape.Directions;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.Scope;
import normsweep.landscape.ToyTails;
import normsweep.landscape.head.ParameterScope;
import normsweep.landscape.head.Sample;
import normsweep.landscape.section.DirectionPairs.DirectionPair;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.tail.Tail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SectionsTest {
  @TempDir Path root;

  private static Trial trial(Norm norm) {
    return new Trial(norm, FrnPlacement.DENSE, Clip.NONE, 1);
  }

  private static TrialSections compute(ToySweep sweep) throws IOException {
    return compute(sweep, "key of the surface");
  }

  private static TrialSections compute(ToySweep sweep, String surface) throws IOException {
    LandscapeSettings settings = new LandscapeSettings(Scope.HEAD, 5, 1, 40, 1, 1, 1);
    Sections.compute(sweep.folder, settings, Map.of(sweep.trials.get(0), surface), sweep.inputs());
    String id = sweep.trials.get(0).id();
    return Sections.read(Sections.file(sweep.folder, id), id);
  }

  /** Every slice is what the network's own graph gives with its head's weights moved. */
  @ParameterizedTest
  @EnumSource(Norm.class)
  void slicesAreTheGraphsLosses(Norm norm) throws IOException {
    TrialSections sections = compute(new ToySweep(root, trial(norm)));
    Tail tail = ToySweep.tail(trial(norm));
    ParameterScope scope = ParameterScope.head(tail.parameters());
    double[] centre = scope.gather(tail.graph().params());
    Sample training = Sample.of(tail, ToyTails.features(ToySweep.IMAGES), Sections.PAIR_IMAGES);
    Sample validation = Sample.of(tail, ToyTails.features(60), Sections.PAIR_IMAGES);
    assertEquals(10, sections.onTraining().pairs().size());
    assertEquals(0, sections.onTraining().at()[8]);
    for (int axis : new int[] {0, 7, 18}) {
      double[] raw = Directions.draw(scope.parameters(), centre.length, 1, axis);
      double[] direction = Directions.normalise(scope.parameters(), raw, centre);
      int point = 12;
      double away = sections.onTraining().at()[point];
      assertEquals(0.5, away);
      double[] moved = new double[centre.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] = centre[i] + away * direction[i];
      }
      scope.scatter(moved, tail.graph().params());
      DirectionPair onTraining = sections.onTraining().pairs().get(axis / 2);
      DirectionPair onValidation = sections.onValidation().pairs().get(axis / 2);
      boolean first = axis % 2 == 0;
      assertEquals(
          training.loss(tail.graph()),
          (first ? onTraining.first() : onTraining.second())[point],
          1e-4);
      assertEquals(
          validation.loss(tail.graph()),
          (first ? onValidation.first() : onValidation.second())[point],
          1e-4);
    }
  }

  @Test
  void fitIsTheGraphsAnswerOnEachImage() throws IOException {
    TrialSections sections = compute(new ToySweep(root, trial(Norm.BATCH_NORM)));
    Tail tail = ToySweep.tail(trial(Norm.BATCH_NORM));
    Sample sample = Sample.of(tail, ToyTails.features(ToySweep.IMAGES), ToySweep.IMAGES);
    int right = 0;
    double loss = 0;
    int image = 0;
    for (INDArray batch : sample.batches()) {
      INDArray probabilities = tail.graph().outputSingle(false, batch);
      for (int row = 0; row < batch.size(0); row++) {
        double[] own = probabilities.getRow(row).toDoubleVector();
        int best = 0;
        for (int k = 1; k < own.length; k++) {
          best = own[k] > own[best] ? k : best;
        }
        right += best == sample.labels()[image] ? 1 : 0;
        loss -= Math.log(own[sample.labels()[image]]);
        image++;
      }
    }
    assertEquals(ToySweep.IMAGES, sections.fit().images());
    assertEquals((double) right / ToySweep.IMAGES, sections.fit().saved().accuracy(), 1e-12);
    assertEquals(loss / ToySweep.IMAGES, sections.fit().saved().loss(), 1e-6);
    assertEquals(sections.fit().saved().loss(), sections.trainingCentre(), 1e-4);
    assertNull(sections.fit().last(), "the last epoch's parameters are not there");
  }

  @Test
  void keepsWhatDependsOnSameSurface() throws IOException {
    ToySweep sweep = new ToySweep(root, trial(Norm.LAYER_NORM));
    compute(sweep);
    assertEquals(1, sweep.loads.get());
    compute(sweep);
    assertEquals(1, sweep.loads.get());
    compute(sweep, "key of another surface");
    assertEquals(2, sweep.loads.get());
  }

  @Test
  void damagedFileIsNamedAndComputedAgain() throws IOException {
    ToySweep sweep = new ToySweep(root, trial(Norm.LAYER_NORM));
    compute(sweep);
    String id = sweep.trials.get(0).id();
    Path file = Sections.file(sweep.folder, id);
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            whole.substring(0, whole.length() / 2),
            whole.replace(id, "another"),
            whole.replaceFirst("\"saved\" : \\{[^}]*}", "\"saved\" : null"))) {
      Files.writeString(file, damaged);
      NormSweepException e = assertThrows(NormSweepException.class, () -> Sections.read(file, id));
      assertTrue(e.getMessage().contains("sections.json is damaged"), e.getMessage());
      assertEquals(id, compute(sweep).trial());
    }
  }
}
