package normsweep.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.record.EpochMetrics;
import normsweep.savedmodel.ModelDescription;
import normsweep.savedmodel.ModelZip;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A saved model compared with its reproduction.
 *
 * @param bitEqual whether all parameters, metrics and scores are equal to the last bit
 * @param first the first fact that differs, if any: circumstances, then metrics by epoch, then
 *     scores
 * @param parameters the largest difference between two parameters of one name, as one line
 * @param testAccuracy both test accuracies, as one line
 */
public record ReproductionOutcome(
    boolean bitEqual, Optional<Deviation> first, String parameters, String testAccuracy) {
  /** The learning rate of an epoch, whose number follows. */
  static final String LEARNING_RATE = "learning rate of epoch ";

  static ReproductionOutcome of(ModelZip saved, ModelZip again, List<Deviation> circumstances) {
    List<Deviation> results = results(saved.description(), again.description());
    boolean sameParameters =
        Arrays.equals(
            saved.network().params().data().asFloat(), again.network().params().data().asFloat());
    List<Deviation> all = new ArrayList<>(circumstances);
    all.addAll(results);
    all.sort(Comparator.comparing(deviation -> rank(deviation, circumstances)));
    return new ReproductionOutcome(
        sameParameters && results.isEmpty(),
        all.stream().findFirst(),
        parameters(saved.network().paramTable(), again.network().paramTable()),
        accuracy(saved.description(), again.description()));
  }

  // What decides about results before what follows from it, and what rarely matters in between.
  private static int rank(Deviation deviation, List<Deviation> circumstances) {
    if (deviation.harmless()) {
      return 2;
    }
    return circumstances.contains(deviation)
        ? 0
        : deviation.fact().startsWith(LEARNING_RATE) ? 1 : 3;
  }

  /** Differences in the metrics of the epochs, in their order, and then in the scores. */
  private static List<Deviation> results(ModelDescription saved, ModelDescription again) {
    List<Deviation> found = new ArrayList<>();
    List<EpochMetrics> before = saved.epochs();
    List<EpochMetrics> now = again.epochs();
    for (int i = 0; i < Math.min(before.size(), now.size()); i++) {
      Map<String, Double> values = values(now.get(i));
      values(before.get(i))
          .forEach(
              (name, value) ->
                  Deviation.between(name, value, values.get(name), "").ifPresent(found::add));
    }
    if (!before.isEmpty()) {
      Deviation.between("number of epochs", before.size(), now.size(), "").ifPresent(found::add);
    }
    saved
        .scores()
        .forEach(
            (name, value) ->
                Deviation.between(name, value, again.scores().get(name), "").ifPresent(found::add));
    return found;
  }

  // The learning rate first: it is a setting, the others follow from it.
  private static Map<String, Double> values(EpochMetrics metrics) {
    String epoch = " of epoch " + metrics.epoch();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(LEARNING_RATE + metrics.epoch(), metrics.learningRate());
    values.put("training loss" + epoch, metrics.trainLoss());
    values.put("training accuracy" + epoch, metrics.trainAccuracy());
    values.put("validation loss" + epoch, metrics.valLoss());
    values.put("validation accuracy" + epoch, metrics.valAccuracy());
    return values;
  }

  private static String parameters(Map<String, INDArray> saved, Map<String, INDArray> again) {
    String where = "";
    double largest = 0;
    for (Map.Entry<String, INDArray> parameter : saved.entrySet()) {
      INDArray other = again.get(parameter.getKey());
      if (other == null || !other.equalShapes(parameter.getValue())) {
        return "of networks that are built differently";
      }
      double difference = other.sub(parameter.getValue()).amaxNumber().doubleValue();
      if (difference > largest) {
        largest = difference;
        where = parameter.getKey();
      }
    }
    return where.isEmpty()
        ? "equal"
        : String.format(Locale.ROOT, "largest difference %.2g, in %s", largest, where);
  }

  private static String accuracy(ModelDescription saved, ModelDescription again) {
    double before = saved.scores().getOrDefault("testAccuracy", Double.NaN);
    double now = again.scores().getOrDefault("testAccuracy", Double.NaN);
    return String.format(
        Locale.ROOT,
        "%.2f %% in the zip, %.2f %% here (%+.2f points)",
        100 * before,
        100 * now,
        100 * (now - before));
  }
}
