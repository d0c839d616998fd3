package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.backbone.ImageScaling;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.device.Engine;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.Landscapes;
import normsweep.landscape.Scope;
import normsweep.landscape.TrainedTails;
import normsweep.landscape.TrialLandscape;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepYaml;
import normsweep.record.TrialResult;
import normsweep.savedmodel.ModelZip;
import normsweep.sweep.SweepRunner;
import normsweep.sweep.TrialInputs;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A small sweep on real images and weights. */
class SectionsIT {
  private static final SweepConfig CONFIG =
      SweepYaml.parse(
          "t",
          "t",
          "{data: {train: 24, validation: 20, test: 20}, training: {batchSize: 8, epochs: 2}, grid:"
              + " {norm: [batch-norm, filter-response-norm], clip: none}}",
          List.of());

  @TempDir Path root;

  /** The fit on training images is what the saved network, whole and stock, makes of them. */
  @Test
  void fitIsTheSavedModelsAnswer() throws IOException {
    SweepFolder folder = new SweepFolder(root);
    SweepRunner.run(
        CONFIG,
        folder,
        new SweepRunner.Options(
            Optional.empty(), Optional.empty(), false, false, Engine.cpu(), false),
        new SweepRunner.Observer() {});
    List<TrialResult> trials = folder.readResults().trials();
    try (TrialInputs inputs =
        TrialInputs.reopen(folder, Optional.empty(), Optional.empty(), Engine.cpu())) {
      LandscapeSettings settings = new LandscapeSettings(Scope.HEAD, 3, 1, 20, 1, 1, 1);
      TrainedTails tails = TrainedTails.of(folder, inputs);
      List<TrialLandscape> surfaces =
          Landscapes.read(folder, Landscapes.compute(folder, settings, tails));
      Map<TrialResult, String> keys = new HashMap<>();
      trials.forEach(trial -> keys.put(trial, surfaces.get(trials.indexOf(trial)).key()));
      Sections.compute(folder, settings, keys, SectionInputs.of(folder, inputs));
    }
    for (TrialResult trial : trials) {
      TrialSections found = Sections.read(Sections.file(folder, trial.id()), trial.id());
      ComputationGraph network = ModelZip.read(folder.trial(trial.id()).model()).network();
      int right = 0;
      double loss = 0;
      try (Cifar10 data = Cifar10.open(Optional.empty(), Caches.root())) {
        for (int image :
            Split.stratified(data.labels(), 24, 20, 20, CONFIG.data().splitSeed()).train()) {
          INDArray input = ImageScaling.modelInput(data.image(image), 1);
          float[] probabilities = network.outputSingle(false, input).data().asFloat();
          int best = 0;
          for (int k = 1; k < probabilities.length; k++) {
            best = probabilities[k] > probabilities[best] ? k : best;
          }
          right += best == data.label(image) ? 1 : 0;
          loss -= Math.log(probabilities[data.label(image)]);
        }
      }
      assertEquals(24, found.fit().images());
      assertEquals(right / 24.0, found.fit().saved().accuracy(), 1e-9, trial.id());
      // Features are kept in half precision.
      assertEquals(loss / 24, found.fit().saved().loss(), 5e-3, trial.id());
      assertNotNull(found.fit().last(), "the last checkpoint is there");
    }
  }
}
