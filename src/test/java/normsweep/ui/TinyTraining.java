package normsweep.ui;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network of three layers and a batch of eight images, enough to make statistics. */
final class TinyTraining {
  private final ComputationGraph graph;
  private final DataSet batch;

  TinyTraining() {
    this("");
  }

  /** The same, with {@code more} behind the name of each layer. */
  TinyTraining(String more) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(1e-2))
            .graphBuilder()
            .addInputs("features")
            .addLayer(
                "hidden" + more,
                new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build(),
                "features")
            .addLayer("norm" + more, new BatchNormalization(), "hidden" + more)
            .addLayer(
                "predictions" + more,
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "norm" + more)
            .setOutputs("predictions" + more)
            .setInputTypes(InputType.feedForward(4))
            .build();
    graph = new ComputationGraph(configuration);
    graph.init();
    Random random = new Random(7);
    INDArray features = Nd4j.create(8, 4);
    INDArray labels = Nd4j.zeros(8, 3);
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 4; j++) {
        features.putScalar(i, j, random.nextGaussian());
      }
      labels.putScalar(i, random.nextInt(3), 1);
    }
    batch = new DataSet(features, labels);
  }

  /** Trains iterations {@code first} to {@code end - 1}, reporting to the listener. */
  void train(TrainingListener listener, int first, int end) {
    train(List.of(listener), first, end);
  }

  void train(List<TrainingListener> listeners, int first, int end) {
    graph.setListeners(listeners);
    listeners.forEach(listener -> listener.onEpochStart(graph));
    graph.getConfiguration().setIterationCount(first);
    for (int i = first; i < end; i++) {
      graph.fit(batch);
    }
  }

  ComputationGraph graph() {
    return graph;
  }
}
